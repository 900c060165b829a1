//! What a tag means can change after it was tested.

use innovate::prelude::*;

fn main() {
    let _ = image!("444455556666.dkr.ecr.eu-west-1.amazonaws.com/api:latest");
}
