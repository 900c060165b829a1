//! A key's policy comes from what it is for.

use innovate_aws::keys::KmsKey;

struct Anything;

fn main() {
    let _ = KmsKey::<Anything>::new();
}
