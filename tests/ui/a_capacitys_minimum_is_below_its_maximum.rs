//! The range is written the wrong way round.

use innovate_aws::capacity;

fn main() {
    let _ = capacity!(64..=1);
}
