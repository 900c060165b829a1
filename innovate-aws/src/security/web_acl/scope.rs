//! What a web ACL stands in front of.

use innovate_cfn::wafv2;
use innovate_core::{AnyStack, Literal, StackInUsEast1};

use super::ClientIp;
use crate::{
    load_balancer::OriginHeader,
    name::{CloudFrontWebAclName, WebAclName},
};

/// In front of load balancers and other resources of one region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Regional {}
/// In front of CloudFront, from a stack in us-east-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloudFront {}

/// What a web ACL for CloudFront has in place of a header, and of a forwarded address: there is no such
/// value, since viewers come to CloudFront themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NothingStandsBeforeCloudFront {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Regional {}
    impl Sealed for super::CloudFront {}
}

/// [`Regional`] or [`CloudFront`].
pub trait WebAclScope: sealed::Sealed + 'static {
    /// What a web ACL of this scope needs of its stack.
    type Needs;
    /// What its name is: another type for each scope, so that a load balancer can't take CloudFront's.
    type Name: Clone + std::fmt::Debug + AsRef<str>;
    /// What stands before it may have to show a header: CloudFront before a regional web ACL.
    type OriginHeader: Clone + std::fmt::Debug;
    /// What the program may say about clients' addresses: what stands before a regional web ACL can
    /// forward them.
    type ClientIp;
    /// Which address counts as a client's.
    #[doc(hidden)]
    fn client_ip(ip: Self::ClientIp) -> ClientIp;
    /// The header, if there can be one.
    #[doc(hidden)]
    fn origin_header(header: &Self::OriginHeader) -> &OriginHeader;
    /// Its name, from a text that was made of checked names.
    #[doc(hidden)]
    fn name(text: String) -> Self::Name;
    /// The scope as a web ACL's property.
    #[doc(hidden)]
    const WEB_ACL: Literal<wafv2::web_acl::Scope>;
    /// The scope as an IP set's property.
    #[doc(hidden)]
    const IP_SET: Literal<wafv2::ip_set::Scope>;
}

impl WebAclScope for Regional {
    type Needs = AnyStack;
    type Name = WebAclName;
    type OriginHeader = OriginHeader;
    type ClientIp = ClientIp;
    fn client_ip(ip: ClientIp) -> ClientIp {
        ip
    }
    fn origin_header(header: &OriginHeader) -> &OriginHeader {
        header
    }
    fn name(text: String) -> WebAclName {
        WebAclName::trusted(text)
    }
    const WEB_ACL: Literal<wafv2::web_acl::Scope> = wafv2::web_acl::Scope::REGIONAL;
    const IP_SET: Literal<wafv2::ip_set::Scope> = wafv2::ip_set::Scope::REGIONAL;
}

impl WebAclScope for CloudFront {
    type Needs = StackInUsEast1;
    type Name = CloudFrontWebAclName;
    type OriginHeader = NothingStandsBeforeCloudFront;
    type ClientIp = NothingStandsBeforeCloudFront;
    fn client_ip(ip: NothingStandsBeforeCloudFront) -> ClientIp {
        match ip {}
    }
    fn origin_header(header: &NothingStandsBeforeCloudFront) -> &OriginHeader {
        match *header {}
    }
    fn name(text: String) -> CloudFrontWebAclName {
        CloudFrontWebAclName::trusted(text)
    }
    const WEB_ACL: Literal<wafv2::web_acl::Scope> = wafv2::web_acl::Scope::CLOUDFRONT;
    const IP_SET: Literal<wafv2::ip_set::Scope> = wafv2::ip_set::Scope::CLOUDFRONT;
}
