//! A domain has at least two labels, and no underscore.

use innovate_aws::domain;

fn main() {
    let _ = domain!("innovate_example");
}
