//! The value of a label has no spaces.

use innovate_k8s::label;

fn main() {
    let _ = label!("team", "check out");
}
