//! WAF-01: a web ACL stands where its scope can.

use innovate_core::{
    Diagnostic, Rule,
    check::{Check, Findings, Model},
};

use super::{WEB_ACL, is_for_cloudfront};

/// CloudFront takes a web ACL made for it in us-east-1; all else takes a regional one.
pub static WEB_ACL_IS_IN_ITS_SCOPE: Rule = Rule {
    code: "WAF-01",
    title: "CloudFront has a web ACL made for it in us-east-1, and all else a regional one",
    explanation: "\
A web ACL's scope can't be changed. One for CloudFront exists in us-east-1 only and is named by the \
distribution (`WebACLId`), never by an AWS::WAFv2::WebACLAssociation; a regional one protects load \
balancers and APIs of its region, never a distribution.

With `WebAcl::<CloudFront>` and `WebAcl::<Regional>` the compiler sees to it.

Source: AWS::WAFv2::WebACL and AWS::WAFv2::WebACLAssociation, AWS CloudFormation Template Reference \
Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for stack in model.stacks() {
        let region = stack.site().region();
        for acl in stack.resources_of(WEB_ACL) {
            if is_for_cloudfront(acl) == Some(true) && region != "us-east-1" {
                findings.report(
                    Diagnostic::error("WAF-01", "a web ACL for CloudFront is outside us-east-1")
                        .on(acl)
                        .property("Scope")
                        .given(format!("CLOUDFRONT in {region}"))
                        .allowed("us-east-1")
                        .help("add it to a stack made by `environment.us_east_1_stack(..)`"),
                );
            }
        }
    }
    for association in model.resources_of("AWS::WAFv2::WebACLAssociation") {
        let acl = association.properties().get("WebACLArn").and_then(|arn| model.target(arn));
        if let Some(acl) = acl.filter(|acl| is_for_cloudfront(acl) == Some(true)) {
            findings.report(
                Diagnostic::error("WAF-01", "a web ACL for CloudFront can't be associated")
                    .on(association)
                    .property("WebACLArn")
                    .allowed("a regional web ACL")
                    .related(acl.location(), "the web ACL is made here")
                    .help("a distribution names its web ACL in `WebACLId`"),
            );
        }
    }
    for distribution in model.resources_of("AWS::CloudFront::Distribution") {
        let property = "DistributionConfig/WebACLId";
        let acl = distribution.properties().at(property).and_then(|arn| model.target(arn));
        let acl = acl.filter(|acl| acl.type_name() == WEB_ACL);
        if let Some(acl) = acl.filter(|acl| is_for_cloudfront(acl) == Some(false)) {
            findings.report(
                Diagnostic::error("WAF-01", "a distribution can't have a regional web ACL")
                    .on(distribution)
                    .property(property)
                    .allowed("a web ACL for CloudFront")
                    .help("make a `WebAcl::<CloudFront>` in a stack of `environment.us_east_1_stack(..)`")
                    .related(acl.location(), "the web ACL is made here"),
            );
        }
    }
}
