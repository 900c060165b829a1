//! What policies of IAM hold to. `PERMISSION_IS_SCOPED` checks for all, so that each policy is read
//! once.

mod action_exists;
mod grant_names_what_it_grants;
mod grant_reaches_its_account;
mod permission_is_scoped;
mod policy_fits_its_quota;
mod service_principal_exists;
mod service_trust_names_its_source;

use std::collections::BTreeSet;

use innovate_core::{
    StackModel,
    check::{Findings, Model},
};

use crate::identity::document::policies_of;

pub use action_exists::ACTION_EXISTS;
pub use grant_names_what_it_grants::GRANT_NAMES_WHAT_IT_GRANTS;
pub use grant_reaches_its_account::GRANT_REACHES_ITS_ACCOUNT;
pub use permission_is_scoped::PERMISSION_IS_SCOPED;
pub use policy_fits_its_quota::POLICY_FITS_ITS_QUOTA;
pub use service_principal_exists::SERVICE_PRINCIPAL_EXISTS;
pub use service_trust_names_its_source::SERVICE_TRUST_NAMES_ITS_SOURCE;

/// The names that were found to exist: a stack has the same few over and over.
type Known = BTreeSet<String>;

fn check(_: &Model<'_>, stack: &StackModel, findings: &mut Findings) {
    let (mut actions, mut services) = (Known::new(), Known::new());
    for resource in stack.resources() {
        permission_is_scoped::check_resource(resource, findings);
        let policies = policies_of(resource);
        for policy in &policies {
            action_exists::check(&mut actions, resource, policy, findings);
            permission_is_scoped::check_policy(resource, policy, findings);
            service_principal_exists::check(&mut services, resource, policy, findings);
            service_trust_names_its_source::check(resource, policy, findings);
        }
        policy_fits_its_quota::check(resource, &policies, stack.site(), findings);
    }
}
