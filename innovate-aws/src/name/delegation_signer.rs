//! Which key a parent zone trusts.

/// Which key signs a zone, as the zone above it says it in a `DS` record: the key's tag, `13` for the curve
/// P-256, which is the one that Route 53 signs with, `2` for SHA-256, and the digest in 64 hexadecimal digits.
///
/// `aws route53 get-dnssec --hosted-zone-id <id>` shows it as `DSRecord` once the zone is signed.
///
/// ```
/// use innovate_aws::{name, name::DelegationSigner};
///
/// let signer = name!(DelegationSigner: "2371 13 2 1F987CC6583E92DF0890718C42E4F8B3BB7B0E0CA4A9C8D3E16E15E3F1A5E1C6");
/// assert!(DelegationSigner::new("2371 8 2 1F987C").is_err());
/// ```
///
/// Source: "DS record type" and "Configuring DNSSEC signing in Amazon Route 53", Amazon Route 53 Developer
/// Guide.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DelegationSigner(innovate_core::value::Str);

/// The algorithm and the kind of digest.
const MIDDLE: &[u8] = b" 13 2 ";
/// Hexadecimal digits of a digest.
const DIGEST: usize = 64;

impl DelegationSigner {
    const fn fits(text: &str) -> bool {
        let mut rest = text.as_bytes();
        let (mut tag, mut digits): (u32, usize) = (0, 0);
        while let [digit, others @ ..] = rest {
            if !digit.is_ascii_digit() {
                break;
            }
            tag = tag * 10 + (*digit - b'0') as u32;
            digits += 1;
            if digits > 5 {
                return false;
            }
            rest = others;
        }
        if digits == 0 || tag > u16::MAX as u32 {
            return false;
        }
        let Some((middle, mut digest)) = rest.split_at_checked(MIDDLE.len()) else { return false };
        if !super::same(middle, MIDDLE) || digest.len() != DIGEST {
            return false;
        }
        while let [digit, others @ ..] = digest {
            if !digit.is_ascii_hexdigit() {
                return false;
            }
            digest = others;
        }
        true
    }
}

name_methods! {
    DelegationSigner "delegation signer"
    "a tag of 0 to 65535, `13 2`, and 64 hexadecimal digits, as `aws route53 get-dnssec` shows it"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signer_has_a_tag_the_algorithm_of_route_53_and_a_digest() {
        let digest = "1F987CC6583E92DF0890718C42E4F8B3BB7B0E0CA4A9C8D3E16E15E3F1A5e1c6";
        for tag in ["0", "2371", "65535"] {
            assert!(DelegationSigner::new(format!("{tag} 13 2 {digest}")).is_ok(), "{tag}");
        }
        for wrong in [
            String::new(),
            format!("65536 13 2 {digest}"),
            format!("000001 13 2 {digest}"),
            format!(" 13 2 {digest}"),
            format!("1 8 2 {digest}"),
            format!("1 13 1 {digest}"),
            format!("1 13 2 {digest}0"),
            format!("1 13 2 {}", digest.replace('F', "G")),
            format!("1  13 2 {digest}"),
            "1 13 2".to_owned(),
        ] {
            assert!(DelegationSigner::new(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
