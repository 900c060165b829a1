//! `latest` is whatever was pushed last.

use innovate_k8s::tagged_image;

fn main() {
    let _ = tagged_image!("registry.example/api:latest");
}
