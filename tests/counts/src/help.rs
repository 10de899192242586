//! The text that says how the program is called.

pub(crate) const HELP: &str = "\
usage: shm-counts [check | bless] [--json] [--baseline FILE] [CASE..]

  (nothing)        counts instructions and prints a table
  check            fails, with 1, if a case takes more instructions than its baseline allows
  bless            makes what is counted the new baseline
  --json           prints JSON instead of a table
  --baseline FILE  this file instead of the one in baselines/ for this compiler and processor
  CASE             these cases only, by the names in the table";
