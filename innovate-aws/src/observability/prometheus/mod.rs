//! Metrics in the form of Prometheus, kept by Amazon Managed Service for Prometheus.
//!
//! * [`PrometheusWorkspace`]: where they are kept, asked for and alerted on,
//! * [`Scraper`]: what collects those of a cluster, without an agent in it,
//! * [`RuleGroup`], [`PrometheusAlert`]: what is reckoned from them, and what goes off.

mod rule_group;
mod scrape_configuration;
mod scraper;
mod workspace;

pub use rule_group::{PrometheusAlert, RuleGroup};
pub use scraper::{Scraper, ScraperHandle};
pub use workspace::{PrometheusWorkspace, PrometheusWorkspaceHandle};
