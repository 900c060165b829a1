//! A digest that is cut, or an algorithm that Route 53 doesn't sign with, would make a zone unfindable.

use innovate_aws::{name, name::DelegationSigner};

fn signer() -> DelegationSigner {
    name!(DelegationSigner: "2371 8 2 1F987CC6583E92DF0890718C42E4F8B3BB7B0E0CA4A9C8D3E16E15E3F1A5E1C6")
}

fn main() {}
