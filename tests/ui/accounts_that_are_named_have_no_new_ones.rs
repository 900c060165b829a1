//! Only an organization tells StackSets of an account that comes: accounts by their numbers are all there are.

use innovate::prelude::*;

fn targets() -> Targets {
    Targets::accounts([account!("111122223333")]).auto_deployment(AutoDeployment::DeleteOnRemoval).into()
}

fn main() {}
