//! The template of a StackSet has no account and no region to be deployed to.

use innovate::prelude::*;

fn program(management: &Environment<Prod>) -> App {
    App::new("organization").stack(management.template("baseline"))
}

fn main() {}
