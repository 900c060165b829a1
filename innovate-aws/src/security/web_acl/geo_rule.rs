//! Countries that are let in, or not.

use innovate_cfn::wafv2::web_acl as waf;
use innovate_core::{Literal, Str};

use super::{
    action::{self, Action},
    client_ip::{self, ClientIp},
    statement::{self, Country},
};

/// A rule about the countries that requests come from. A country is written `Country::DE`.
#[derive(Clone, Debug)]
pub struct GeoRule {
    countries: Vec<Literal<Country>>,
    only: bool,
}

impl GeoRule {
    /// Refuses what comes from anywhere else.
    pub fn only(countries: impl IntoIterator<Item = Literal<Country>>) -> Self {
        Self { countries: countries.into_iter().collect(), only: true }
    }

    /// Refuses what comes from there.
    pub fn block(countries: impl IntoIterator<Item = Literal<Country>>) -> Self {
        Self { countries: countries.into_iter().collect(), only: false }
    }

    pub(super) fn rule(&self, priority: u32, client_ip: ClientIp) -> waf::Rule {
        let mut from = waf::GeoMatchStatement::new().country_codes(self.countries.clone());
        if client_ip == ClientIp::ForwardedFor {
            from = from.forwarded_ip_config(client_ip::forwarded());
        }
        let from = waf::Statement::new().geo_match_statement(from);
        let statement = if self.only { statement::not(from) } else { from };
        action::rule(Str::Borrowed("Countries"), priority, statement)
            .action(Action::Block.property())
    }
}
