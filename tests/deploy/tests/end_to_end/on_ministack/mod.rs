//! ministack, another's emulation of AWS. `cargo xtask test ministack` installs and starts it and runs
//! these tests; without it they are ignored, and say so.
//!
//! * `cloud`: an account of ministack, asked by the library, by the SDK and past CloudFormation,
//! * `state`: what there is of some stacks, to compare,
//! * `by_hand`: stacks made through the SDK alone,
//! * `assembly`: stacks as they shall be, and their deployment,
//! * `cut`: what a template becomes so that ministack can make it,
//! * `example`: the templates of the examples,
//! * `deviation`: where ministack is not as AWS,
//! * `life`: stacks made, changed, failed and made anew,
//! * `place`: accounts and regions,
//! * `fault`: what goes wrong on the way,
//! * `drift`: what was changed behind CloudFormation's back,
//! * `command`: the command line of a program.
//!
//! Every test has accounts of its own: ministack takes an access key of twelve digits for one.

mod assembly;
mod by_hand;
mod cloud;
mod command;
mod cut;
mod deviation;
mod drift;
mod example;
mod fault;
mod life;
mod place;
mod state;
