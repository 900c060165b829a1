//! One for load balancers is in another region.

use innovate_aws::{
    edge::{CertificateHandle, Distribution},
    name::Hostname,
    security::Regional,
};

fn distribution(host: Hostname, certificate: &CertificateHandle<Regional>) {
    let _ = Distribution::builder().aliases([host]).certificate(certificate);
}

fn main() {}
