//! Who reaches a load balancer.

use std::marker::PhantomData;

use innovate_cfn::{
    ec2,
    elasticloadbalancingv2::load_balancer,
    kind::{PrefixListId, SubnetId, VpcId, WebAclArn},
};
use innovate_core::{Cidr, Diagnostic, Gives, Literal, MAIN, ResourceRef, Scope, Value};

use super::origin_facing;
use crate::{
    network::{
        Port, PublicLoadBalancerGroup, SecurityGroup, SecurityGroupHandle, Subnets, VpcHandle,
        tier::Tier,
    },
    region::Region,
    security::{Regional, WebAclHandle},
};

/// A load balancer with public addresses, in public subnets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InternetFacing {}
/// A load balancer with private addresses alone, in private subnets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Internal {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::InternetFacing {}
    impl Sealed for super::Internal {}
}

/// [`InternetFacing`] or [`Internal`].
pub trait Reach: sealed::Sealed + 'static {
    /// The scheme as a load balancer's property.
    #[doc(hidden)]
    const SCHEME: Literal<load_balancer::Scheme>;
}

impl Reach for InternetFacing {
    const SCHEME: Literal<load_balancer::Scheme> = load_balancer::Scheme::INTERNET_FACING;
}

impl Reach for Internal {
    const SCHEME: Literal<load_balancer::Scheme> = load_balancer::Scheme::INTERNAL;
}

/// Who reaches a load balancer, and so which subnets it is in and whom its security group lets in.
///
/// | | in subnets | lets in | on |
/// |---|---|---|---|
/// | [`Scheme::internet`] | public | everyone, through a web ACL | 443, and 80 to be redirected |
/// | [`Scheme::cloudfront`] | public | CloudFront | 443 |
/// | [`Scheme::vpc_origin`] | private | CloudFront, through a VPC origin | 443 |
/// | [`Scheme::vpc`] | private | the VPC | 443, and 80 to be redirected |
#[derive(Clone, Debug)]
pub struct Scheme<R> {
    pub(super) vpc: Value<VpcId>,
    pub(super) subnets: Vec<Value<SubnetId>>,
    /// Where it connects from.
    pub(super) block: Cidr,
    pub(super) ready: Vec<ResourceRef>,
    pub(super) web_acl: Option<Value<WebAclArn>>,
    source: Source,
    reach: PhantomData<fn() -> R>,
}

#[derive(Clone, Debug)]
enum Source {
    Internet,
    CloudFront(Option<Value<PrefixListId>>),
    Network(Cidr),
}

impl Scheme<InternetFacing> {
    /// Everyone, through a web ACL of this region.
    pub fn internet(vpc: &VpcHandle, web_acl: &WebAclHandle<Regional>) -> Self {
        Self::new(&vpc.public(), Source::Internet).protected_by(web_acl)
    }

    /// CloudFront, over the internet: it and nobody else by the list of its addresses, which AWS
    /// keeps. Other customers' distributions come from the same addresses, so the load balancer asks
    /// for an [`OriginHeader`](super::OriginHeader) too. The web ACL is the distribution's.
    ///
    /// Source: "Restrict access to Application Load Balancers", Amazon CloudFront Developer Guide.
    pub fn cloudfront(vpc: &VpcHandle) -> Self {
        Self::new(&vpc.public(), Source::CloudFront(None))
    }
}

impl Scheme<Internal> {
    /// CloudFront through a VPC origin: the load balancer has no public address, and the web ACL is the
    /// distribution's. Only distributions of this account, or of those that the VPC origin is shared
    /// with, can use the VPC origin.
    ///
    /// Source: "Restrict access with VPC origins", Amazon CloudFront Developer Guide.
    pub fn vpc_origin(vpc: &VpcHandle) -> Self {
        Self::new(&vpc.private(), Source::CloudFront(None))
    }

    /// What is in the VPC.
    pub fn vpc(vpc: &VpcHandle) -> Self {
        Self::new(&vpc.private(), Source::Network(vpc.cidr()))
    }
}

impl<R> Scheme<R> {
    fn new<T: Tier>(subnets: &Subnets<T>, source: Source) -> Self {
        Self {
            vpc: subnets.vpc_id(),
            subnets: subnets.ids(),
            block: subnets.block(),
            ready: subnets.egress_ready().to_vec(),
            web_acl: None,
            source,
            reach: PhantomData,
        }
    }

    /// Puts a web ACL of this region in front of it.
    #[must_use]
    pub fn protected_by(mut self, web_acl: &WebAclHandle<Regional>) -> Self {
        self.web_acl = Some(web_acl.arn());
        self
    }

    /// The prefix list `com.amazonaws.global.cloudfront.origin-facing` by its id, for a region where
    /// the id isn't known: `aws ec2 describe-managed-prefix-lists` tells it. It matters only where
    /// CloudFront is let in.
    #[must_use]
    pub fn prefix_list(mut self, id: impl Gives<PrefixListId>) -> Self {
        if let Source::CloudFront(list) = &mut self.source {
            *list = Some(id.give());
        }
        self
    }

    /// Whether clients may come by HTTP, to be redirected. CloudFront doesn't.
    pub(super) const fn redirects(&self) -> bool {
        !self.is_for_cloudfront()
    }

    pub(super) const fn is_for_cloudfront(&self) -> bool {
        matches!(self.source, Source::CloudFront(_))
    }

    /// The load balancer's security group: whom it lets in, and out only where connections are made.
    pub(super) fn security_group(&self, scope: &mut Scope<'_>) -> SecurityGroupHandle {
        let handle = scope.within("SecurityGroup", |scope| match &self.source {
            Source::Internet => {
                scope.add(MAIN, PublicLoadBalancerGroup::builder().vpc(&self.vpc).build())
            }
            Source::CloudFront(list) => {
                let group = self.group(scope, "Load balancer behind CloudFront");
                if let Some(list) = list.clone().or_else(|| known_list(scope)) {
                    let rule = https(&group, Port::HTTPS)
                        .source_prefix_list_id(list)
                        .description(format!("{} from CloudFront", Port::HTTPS));
                    scope.add("Https", rule);
                }
                group
            }
            Source::Network(block) => {
                let group = self.group(scope, "Load balancer for the network");
                for (id, port) in [("Https", Port::HTTPS), ("Http", Port::HTTP)] {
                    let description = format!("{port} from the network");
                    let rule = https(&group, port).cidr_ip(*block).description(description);
                    scope.add(id, rule);
                }
                group
            }
        });
        // In the ids of connections it is called what the load balancer is.
        let name = scope.path().replace('/', "");
        SecurityGroupHandle::existing(name, handle.group_id(), handle.egress())
    }

    fn group(&self, scope: &mut Scope<'_>, description: &'static str) -> SecurityGroupHandle {
        let group = SecurityGroup::builder().vpc(&self.vpc).description(description).build();
        scope.add(MAIN, group)
    }
}

fn https(group: &SecurityGroupHandle, port: Port) -> ec2::SecurityGroupIngress {
    ec2::SecurityGroupIngress::new(port.protocol().name())
        .group_id(group)
        .from_port(port.from())
        .to_port(port.to())
}

/// CloudFront's prefix list in the stack's region.
fn known_list(scope: &mut Scope<'_>) -> Option<Value<PrefixListId>> {
    let region = Region::from_code(scope.site().region());
    let found = region.and_then(origin_facing).map(Value::literal);
    if found.is_none() {
        let message = "the id of CloudFront's prefix list is not known in this region";
        let finding = Diagnostic::error("ELB-05", message)
            .setter("scheme")
            .given(scope.site().region())
            .help(
                "ask AWS: `aws ec2 describe-managed-prefix-lists --filters \
                 Name=prefix-list-name,Values=com.amazonaws.global.cloudfront.origin-facing`, and \
                 say `Scheme::vpc_origin(&vpc).prefix_list(..)`",
            );
        scope.report(finding);
    }
    found
}
