//! Who may do what: roles, their permissions, and the policies that say so.
//!
//! * [`Permissions`]: statements, split into as many managed policies as IAM's quota asks for,
//! * [`Grant`]: one right of one role on one resource, as the resource's handle gives it,
//! * [`Grantee`], [`RoleHandle`]: what can be granted something,
//! * [`PodIdentity`], [`PodRole`]: the role of a service account's pods,
//! * [`OidcProvider`], [`Irsa`], [`IrsaRole`]: the same through OpenID Connect,
//! * `action`, `action_table`: which actions exist, `service`: which services,
//! * `document`: policies as a rule reads them, `statement`: what a statement says, `size`: how long one is as IAM counts,
//! * `wildcard`: where a grant says "any", and why it can't say less.

pub(crate) mod action;
mod action_table;
pub(crate) mod document;
mod grant;
mod grantee;
mod irsa;
pub(crate) mod permissions;
mod pod;
pub(crate) mod service;
pub(crate) mod size;
pub(crate) mod statement;
mod wildcard;

pub use grant::Grant;
pub use grantee::{Grantee, RoleHandle};
pub use irsa::{Irsa, IrsaRole, OidcProvider, OidcProviderHandle};
pub use permissions::Permissions;
pub use pod::{PodIdentity, PodRole};
pub(crate) use pod::{associate, pod_trust};
