//! The name of a role has no space.

use innovate::prelude::*;

fn main() {
    let _ = name!(RoleName: "platform admin");
}
