//! A name is lower-case letters, digits and hyphens.

use innovate::prelude::*;

fn main() {
    let _ = object_name!("API_server");
}
