//! CloudFront would take it, and nothing would match.

use innovate_aws::name;

fn main() {
    let _ = name!(PathPattern: "api/*");
}
