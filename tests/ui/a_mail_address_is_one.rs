//! A subscriber's mail address is checked by the compiler.

use innovate_aws::{email, observability::Subscriber};

fn main() {
    let _ = Subscriber::email(email!("oncall@innovate"));
}
