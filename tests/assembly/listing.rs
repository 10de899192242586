//! Reading the compiler's assembly: x86-64, Intel syntax.

use std::collections::HashMap;

/// LLVM's comment for an Acquire or Release fence, which is not an instruction on x86-64: only the
/// compiler must not move accesses across it.
const FENCE: &str = "#MEMBARRIER";

/// The instructions of each function, by symbol.
#[derive(Default)]
pub(crate) struct Listing {
    functions: HashMap<String, Vec<String>>,
    /// The number of fences without an instruction in each function.
    fences: HashMap<String, usize>,
    /// Symbols that the compiler merged with an identical function.
    aliases: HashMap<String, String>,
}

impl Listing {
    pub(crate) fn parse(assembly: &str) -> Self {
        let mut listing = Self::default();
        let mut current = None;
        for line in assembly.lines() {
            if let (FENCE, Some(name)) = (line.trim(), &current) {
                *listing.fences.entry(String::clone(name)).or_default() += 1;
            }
            let line = line.split('#').next().unwrap_or_default().trim();
            if let Some((name, target)) = line.split_once(" = ") {
                listing.aliases.insert(name.to_owned(), target.to_owned());
            } else if let Some(label) = line.strip_suffix(':') {
                if !label.starts_with(".L") {
                    current = Some(label.trim_matches('"').to_owned());
                }
            } else if line == ".cfi_endproc" {
                current = None;
            } else if let Some(name) = &current
                && !line.is_empty()
                && !line.starts_with('.')
            {
                let instructions = listing.functions.entry(name.clone()).or_default();
                instructions.push(line.split_whitespace().collect::<Vec<_>>().join(" "));
            }
        }
        listing
    }

    /// Returns the number of fences in a function for which the processor needs no instruction.
    pub(crate) fn fences(&self, symbol: &str) -> usize {
        self.fences.get(self.name(symbol)).copied().unwrap_or(0)
    }

    fn name<'a>(&'a self, symbol: &'a str) -> &'a str {
        self.aliases.get(symbol).map_or(symbol, String::as_str)
    }

    /// Returns the instructions of a function.
    ///
    /// # Panics
    /// If the compiler made no such function.
    pub(crate) fn function(&self, symbol: &str) -> &[String] {
        let name = self.name(symbol);
        self.functions.get(name).unwrap_or_else(|| panic!("no function `{symbol}` was compiled"))
    }
}

/// Returns the instructions that access memory, including the stack, fences and calls.
pub(crate) fn accesses(instructions: &[String]) -> Vec<&str> {
    instructions.iter().map(String::as_str).filter(|line| is_access(line)).collect()
}

fn is_access(line: &str) -> bool {
    let mnemonic = line.split(' ').next().unwrap_or_default();
    match mnemonic {
        "lea" | "nop" | "ret" => false,
        "call" | "push" | "pop" | "mfence" => true,
        // A jump out of the function is a tail call.
        "jmp" => !line.contains(".L"),
        _ => line.contains('['),
    }
}

/// Returns the width of an access in bytes, from its operand.
pub(crate) fn width(access: &str) -> Option<usize> {
    [("byte ptr", 1), ("dword ptr", 4), ("qword ptr", 8), ("word ptr", 2)]
        .into_iter()
        .find_map(|(operand, width)| access.contains(operand).then_some(width))
}
