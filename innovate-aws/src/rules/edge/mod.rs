//! Rules about names, certificates and CloudFront, on the resources of constructs and on those that a
//! program writes itself.
//!
//! `zone` reads zones and their records.

mod certificate_is_issued_unattended;
mod record_is_in_its_zone;
mod record_leads_somewhere;
mod zone;
mod zone_is_delegated;

pub use certificate_is_issued_unattended::CERTIFICATE_IS_ISSUED_UNATTENDED;
pub use record_is_in_its_zone::RECORD_IS_IN_ITS_ZONE;
pub use record_leads_somewhere::RECORD_LEADS_SOMEWHERE;
pub use zone_is_delegated::ZONE_IS_DELEGATED;

const CERTIFICATE: &str = "AWS::CertificateManager::Certificate";
const DISTRIBUTION: &str = "AWS::CloudFront::Distribution";
