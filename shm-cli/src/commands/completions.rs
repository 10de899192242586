//! `shm completions`.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;
use clap_complete::env::Shells;
use serde::Serialize;

use crate::failure::{Answer, Failure};
use crate::output::{Output, Report};

/// Prints completions for a shell, or writes the manual pages
///
/// The completions ask the command, and know regions, the paths of their fields, variants and options.
/// For bash, put them into ~/.local/share/bash-completion/completions/shm; for fish, into
/// ~/.config/fish/completions/shm.fish; for zsh, into a file _shm in a directory of $fpath.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The shell
    #[arg(required_unless_present = "man")]
    shell: Option<Shell>,
    /// Write the manual pages to this folder instead
    #[arg(long, value_name = "DIR", conflicts_with = "shell")]
    man: Option<PathBuf>,
}

/// A script for a shell.
#[derive(Debug, Serialize)]
struct Completions {
    shell: String,
    script: String,
}

impl Report for Completions {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.script.as_bytes())
    }

    fn wraps(&self) -> bool {
        false
    }
}

const EXAMPLES: &str = "\
Examples:
  shm completions bash > ~/.local/share/bash-completion/completions/shm
  shm completions fish > ~/.config/fish/completions/shm.fish
  shm completions --man ~/.local/share/man/man1";

/// Bash takes words apart at every character of COMP_WORDBREAKS, among which are `=` and `:`, and replaces only the last
/// part. So the parts are put together before the command is asked, and its answers shortened.
const BASH: &str = r#"_shm() {
    local IFS=$'\013' word index=0 i rest="$COMP_LINE" after words=()
    for i in "${!COMP_WORDS[@]}"; do
        word="${COMP_WORDS[i]}"
        after="${rest#"${rest%%[![:space:]]*}"}"
        if (( ${#words[@]} > 0 )) && [[ "$after" == "$rest" ]]; then
            words[${#words[@]}-1]+="$word"
        else
            words+=("$word")
        fi
        rest="${after#"$word"}"
        if (( i == COMP_CWORD )); then
            index=$(( ${#words[@]} - 1 ))
            break
        fi
    done
    word="${words[index]}"
    COMPREPLY=( $( \
        _CLAP_IFS="$IFS" \
        _CLAP_COMPLETE_INDEX="$index" \
        _CLAP_COMPLETE_COMP_TYPE="$COMP_TYPE" \
        _CLAP_COMPLETE_SPACE=false \
        COMPLETE="bash" \
        "shm" -- "${words[@]}" \
    ) )
    if [[ $? != 0 ]]; then
        unset COMPREPLY
        return
    fi
    local start="${word%"${word##*[=:]}"}"
    for i in "${!COMPREPLY[@]}"; do
        [[ "${COMPREPLY[i]}" =~ [=/]$ ]] && compopt -o nospace 2> /dev/null
        COMPREPLY[i]="${COMPREPLY[i]#"$start"}"
    done
}
complete -o bashdefault -F _shm shm
"#;

/// Runs the command, for the whole command line.
///
/// # Errors
/// If standard output cannot be written to.
pub fn run(arguments: &Arguments, whole: Command, output: &mut Output) -> Result<Answer, Failure> {
    if let Some(folder) = &arguments.man {
        clap_mangen::generate_to(whole, folder)
            .map_err(|error| Failure::io(format!("writing to {}", folder.display()), error))?;
        return Ok(Answer::Done);
    }
    let shell = arguments.shell.map(|shell| shell.to_string()).unwrap_or_default();
    let mut script = Vec::new();
    let known = Shells::builtins();
    let written = match known.completer(&shell) {
        Some(completer) => {
            completer.write_registration("COMPLETE", "shm", "shm", "shm", &mut script)
        }
        None => Err(io::ErrorKind::Unsupported.into()),
    };
    written.map_err(|error| Failure::io(format!("writing completions for {shell}"), error))?;
    let script = match arguments.shell {
        Some(Shell::Bash) => BASH.to_owned(),
        _ => String::from_utf8_lossy(&script).into_owned(),
    };
    output.print(&Completions { shell, script })?;
    Ok(Answer::Done)
}
