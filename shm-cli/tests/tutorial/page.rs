//! A page in Markdown: the files that it shows, and the sessions in its two windows.
//!
//! The first words after three backticks give the kind of a block:
//!
//! ```text
//! rust file:station/src/main.rs    a file, of any language
//! console                          commands in the first window, and their output
//! console second                   in the second window
//! console second goes-on           its last command is still running when the block is over
//! ```
//! Any other block is only for the reader. In a console, `$ ` begins a command, and `^C` is pressed; text
//! before both is the next output of the command that is still running.

/// A block of the page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// A file to write.
    File { path: String, text: String },
    /// A session in a window.
    Console(Console),
}

/// A session in a window.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Console {
    /// The line of the page on which it begins.
    pub(crate) line: usize,
    pub(crate) window: Which,
    /// Whether the last command is still running at the end.
    pub(crate) goes_on: bool,
    pub(crate) steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    First,
    Second,
}

/// An act and its output.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) act: Act,
    pub(crate) output: String,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// A command begins.
    Run(String),
    /// The command that is running is interrupted.
    Interrupt,
    /// The command that is running continues.
    Wait,
}

/// The blocks of a page in order; those in lists are indented.
pub(crate) fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(words) = line.trim_start().strip_prefix("```") else { continue };
        let indent = line.len() - line.trim_start().len();
        let text = lines.by_ref().map(|(_, line)| line.get(indent..).unwrap_or_default());
        let text: Vec<&str> = text.take_while(|line| *line != "```").collect();
        blocks.extend(block(number + 1, words, &text));
    }
    blocks
}

fn block(line: usize, words: &str, text: &[&str]) -> Option<Block> {
    let mut words = words.split_whitespace();
    let language = words.next()?;
    let words: Vec<&str> = words.collect();
    if let Some(path) = words.iter().find_map(|word| word.strip_prefix("file:")) {
        return Some(Block::File { path: path.to_owned(), text: text.join("\n") + "\n" });
    }
    (language == "console").then(|| {
        let window = if words.contains(&"second") { Which::Second } else { Which::First };
        let goes_on = words.contains(&"goes-on");
        Block::Console(Console { line, window, goes_on, steps: steps(text) })
    })
}

fn steps(text: &[&str]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in text {
        let act = match line.strip_prefix("$ ") {
            Some(command) => Some(Act::Run(command.to_owned())),
            None => (*line == "^C").then_some(Act::Interrupt),
        };
        match (act, steps.last_mut()) {
            (Some(act), _) => steps.push(Step { act, output: String::new() }),
            (None, Some(step)) => step.output += &format!("{line}\n"),
            (None, None) => steps.push(Step { act: Act::Wait, output: format!("{line}\n") }),
        }
    }
    steps
}

#[test]
fn a_page_is_its_files_and_the_sessions_in_its_windows() {
    let page = "\
# A page
```toml file:a/b.toml
x = 1
```
```sh
only to be read
```
Text.
  ```console second goes-on
  more
  ^C
  $ command 1
  out

    put
  $ command 2
  ```
";
    let step = |act, output: &str| Step { act, output: output.to_owned() };
    let file = Block::File { path: "a/b.toml".to_owned(), text: "x = 1\n".to_owned() };
    let steps = vec![
        step(Act::Wait, "more\n"),
        step(Act::Interrupt, ""),
        step(Act::Run("command 1".to_owned()), "out\n\n  put\n"),
        step(Act::Run("command 2".to_owned()), ""),
    ];
    let console = Console { line: 9, window: Which::Second, goes_on: true, steps };
    assert_eq!(blocks(page), [file, Block::Console(console)]);
}
