//! Where each kind of rule stands: one band of priorities a kind, so that no two collide.
//!
//! The order follows the guide for AWS WAF in the AWS Security Services Best Practices: denial of
//! service, addresses, countries, rates, reputation, content, exceptions, and last what is paid for
//! by the request.

use super::managed::ManagedRuleGroup;

/// What doesn't come from the program's own distribution.
pub(super) const ORIGIN_HEADER: u32 = 99;
/// The group against denial of service.
pub(super) const ANTI_DDOS: u32 = 100;
/// Sets of addresses.
pub(super) const ADDRESSES: u32 = 200;
/// Countries.
pub(super) const COUNTRIES: u32 = 300;
/// Rate limits.
pub(super) const RATE_LIMITS: u32 = 400;
/// The managed groups about reputation and content, in the order of their enumeration.
pub(super) const MANAGED: u32 = 500;
/// Exceptions from what a managed group labelled.
pub(super) const EXCEPTIONS: u32 = 600;
/// The group that is paid for by the request.
pub(super) const BOTS: u32 = 700;
pub(super) const fn of_group(group: ManagedRuleGroup) -> u32 {
    match group {
        ManagedRuleGroup::AntiDdos => ANTI_DDOS,
        ManagedRuleGroup::BotControl => BOTS,
        group => MANAGED + group as u32,
    }
}
