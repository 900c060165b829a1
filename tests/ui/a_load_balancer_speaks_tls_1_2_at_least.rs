//! Older versions can be broken.

use innovate::{k8s::TlsPolicy, prelude::*};

fn main() {
    let _ = IngressClass::builder().tls(TlsPolicy::Tls10);
}
