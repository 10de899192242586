//! Runs of pages: finding, carving, retiring, growing.
