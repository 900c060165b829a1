//! Rules about names, certificates and CloudFront, on the resources of constructs and on those that a
//! program writes itself.
//!
//! `zone` reads zones and their records, `origin` reads distributions.

mod certificate_is_issued_unattended;
mod distribution_is_well_formed;
mod distribution_keeps_to_its_quotas;
mod error_page_spares_the_api;
pub(super) mod origin;
mod origin_is_shown_a_secret;
mod record_is_in_its_zone;
mod record_leads_somewhere;
mod signature_is_known_above;
mod site_is_read_by_its_distribution_alone;
mod viewer_and_origin_speak_tls;
mod zone;
mod zone_is_delegated;
mod zone_is_signed_with_its_key;

pub use certificate_is_issued_unattended::CERTIFICATE_IS_ISSUED_UNATTENDED;
pub use distribution_is_well_formed::DISTRIBUTION_IS_WELL_FORMED;
pub use distribution_keeps_to_its_quotas::DISTRIBUTION_KEEPS_TO_ITS_QUOTAS;
pub use error_page_spares_the_api::ERROR_PAGE_SPARES_THE_API;
pub use origin_is_shown_a_secret::ORIGIN_IS_SHOWN_A_SECRET;
pub use record_is_in_its_zone::RECORD_IS_IN_ITS_ZONE;
pub use record_leads_somewhere::RECORD_LEADS_SOMEWHERE;
pub use signature_is_known_above::SIGNATURE_IS_KNOWN_ABOVE;
pub use site_is_read_by_its_distribution_alone::SITE_IS_READ_BY_ITS_DISTRIBUTION_ALONE;
pub use viewer_and_origin_speak_tls::VIEWER_AND_ORIGIN_SPEAK_TLS;
pub use zone_is_delegated::ZONE_IS_DELEGATED;
pub use zone_is_signed_with_its_key::ZONE_IS_SIGNED_WITH_ITS_KEY;

use innovate_core::Resource;

use crate::edge::CertificateName;

const CERTIFICATE: &str = "AWS::CertificateManager::Certificate";
pub(super) const DISTRIBUTION: &str = "AWS::CloudFront::Distribution";

/// What a certificate covers; `None` if that is known only at deployment.
pub fn certificate_names(certificate: &Resource) -> Option<Vec<CertificateName>> {
    let properties = certificate.properties();
    let mut names = vec![CertificateName::parse(properties.get("DomainName")?.as_text()?)?];
    if let Some(more) = properties.get("SubjectAlternativeNames") {
        for name in more.as_list()? {
            names.push(CertificateName::parse(name.as_text()?)?);
        }
    }
    Some(names)
}
