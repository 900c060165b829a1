//! The name of a role has no space.

use innovate_aws::name;

fn main() {
    let _ = name!(RoleName: "platform admin");
}
