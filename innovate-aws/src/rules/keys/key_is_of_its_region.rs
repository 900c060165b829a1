//! `KMS-03`: what is encrypted has a key of its own region.

use innovate_core::{
    Diagnostic, Rule,
    check::{Check, Findings, Model},
};

use super::consumer::{Found, consumers};

/// `KMS-03`.
pub static KEY_IS_OF_ITS_REGION: Rule = Rule {
    code: "KMS-03",
    title: "a resource is encrypted with a key of its own region",
    explanation: "KMS keys belong to a region, and services look for a key in theirs: one of another \
region is not found, and its region's loss would take the data with it.\n\nMake a key in the stack of \
the other region, or a replica there: `ReplicaKey::of(&key)` of a key that is made with \
`.multi_region()`.\n\nSource: \"Multi-Region keys in AWS KMS\", AWS Key Management Service Developer \
Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for Found { consumer, resource, property, key } in consumers(model) {
        if consumer.of_copies {
            continue;
        }
        let (Some(here), Some(there)) = (model.stack_of(resource), model.stack_of(key)) else {
            continue;
        };
        let (region, other) = (here.site().region(), there.site().region());
        if region != other {
            let id = resource.logical_id();
            findings.report(
                Diagnostic::error("KMS-03", format!("the key of `{id}` is in another region"))
                    .on(resource)
                    .setter("key")
                    .property(property)
                    .given(format!("a key in {other}"))
                    .allowed(format!("a key in {region}"))
                    .related(key.location(), "the key is made here")
                    .help("make a key in this stack, or `ReplicaKey::of(..)` a key made with `.multi_region()`"),
            );
        }
    }
}
