//! `IAM-07`: a grant names what it grants.

use innovate_core::{Rule, check::Check};

/// `IAM-07`.
pub static GRANT_NAMES_WHAT_IT_GRANTS: Rule = Rule {
    code: "IAM-07",
    title: "a grant names its actions and resources, but where the service lets nobody",
    explanation: "\
A grant is one role's right on one resource. An action with a wildcard grants what the service adds \
later; a resource with one grants what others make. What the services ask for is exempted: actions that \
are allowed on all resources or not at all, the six characters that Secrets Manager adds to a name, the \
keys of objects, the streams of a log group, the repositories of a cache.

For a service that this version doesn't know to ask for it, suppress the finding with that as the reason.

Source: \"Actions, resources, and condition keys for AWS services\", Service Authorization Reference.",
    check: Check::Elsewhere,
};
