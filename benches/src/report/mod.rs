//! The output of a run: Markdown to read, JSON to compute with (`results.json` has the figures, `samples.json`
//! also every sample), SVG to look at.

pub(crate) mod document;
pub(crate) mod goals;
mod json;
pub(crate) mod killed;
pub(crate) mod markdown;
mod memory;
pub(crate) mod number;
pub(crate) mod plot;
pub(crate) mod results;
mod svg;

use std::path::Path;

use crate::outcome::Failure;
use results::Results;

/// Writes everything into a directory.
pub(crate) fn write(results: &Results, folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("results.json"), json::text(&results.summed_up())?)?;
    if results.has_samples() {
        std::fs::write(folder.join("samples.json"), json::text(results)?)?;
    }
    std::fs::write(folder.join("results.md"), markdown::report(results))?;
    for table in &results.tables {
        if let Some(picture) = plot::bars(table, &results.peers) {
            std::fs::write(folder.join(format!("{}.svg", table.key)), picture)?;
        }
    }
    for series in &results.series {
        if let Some(picture) = plot::lines(series) {
            std::fs::write(folder.join(format!("{}.svg", series.key)), picture)?;
        }
    }
    Ok(())
}
