//! The command line as a user meets it: what is printed, the exit code, and what is on the disk.

mod command;
mod findings;
mod interruption;
mod lock;
mod output;
mod program;
