//! ministack, another's emulation of AWS. `cargo xtask test ministack` installs and starts it and runs
//! these tests; without it they are ignored, and say so.
//!
//! * `cloud`: an account of ministack, asked by the library, by the SDK and past CloudFormation,
//! * `by_hand`: stacks made through the SDK alone,
//! * `cut`: what a template becomes so that ministack can make it,
//! * `example`: the templates of the examples,
//! * `deviation`: where ministack is not as AWS,
//! * `fault`: what goes wrong on the way,
//! * `read`: what is deployed, as the library reads it.
//!
//! Every test has accounts of its own: ministack takes an access key of twelve digits for one.

mod by_hand;
mod cloud;
mod cut;
mod deviation;
mod example;
mod fault;
mod read;
