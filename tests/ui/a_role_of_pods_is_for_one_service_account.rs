//! A wildcard would give the role to whoever may make a service account.

use innovate_aws::{
    identity::{Irsa, OidcProviderHandle},
    name, service_account,
};

fn role(provider: &OidcProviderHandle) -> Irsa {
    Irsa::builder()
        .provider(provider)
        .service_account(service_account!("api", "*"))
        .role_name(name!(RoleName: "api"))
        .build()
}

fn main() {}
