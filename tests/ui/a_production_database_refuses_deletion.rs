//! It can be asked for in more stages, and not turned off.

use innovate::{aws::database::DeletionProtection, prelude::*};

fn main() {
    let _ = AuroraServerless::builder().deletion_protection(DeletionProtection::Never);
    let _ = AuroraServerless::builder().deletion_protection(false);
}
