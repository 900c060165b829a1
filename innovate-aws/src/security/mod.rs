//! Protection of what faces the internet.
//!
//! * [`web_acl`]: AWS WAF, in front of a load balancer or of CloudFront.

pub mod web_acl;

pub use web_acl::{
    ClientIp, CloudFront, CommonRule, CustomRule, GeoRule, IpRule, ManagedRuleGroup, RateLimit,
    RateWindow, Regional, WebAcl, WebAclHandle,
};
