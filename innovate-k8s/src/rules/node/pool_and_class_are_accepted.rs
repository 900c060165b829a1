//! `KAR-07`: Karpenter accepts a node pool and a node class.

use innovate_core::{
    Diagnostic, Manifest, Rule, Severity,
    check::{Check, Findings, Model},
};
use serde_json::Value;

use super::super::clusters;
use crate::view::{Objects, items, text, title};

pub(crate) static POOL_AND_CLASS_ARE_ACCEPTED: Rule = Rule {
    code: "KAR-07",
    title: "Karpenter accepts a node pool and a node class",
    explanation: "The definitions of NodePool and EC2NodeClass hold rules beside their fields, and \
the API server refuses what breaks one: a disruption budget is a number or up to 100 %, with a cron \
schedule and a duration together or neither; a requirement by `In` has values, and no fewer than its \
`minValues`, one by `Gt`, `Gte`, `Lt` or `Lte` a single number that isn't negative; labels of \
Karpenter's own can't be set, and required are those alone that it knows; a node class has a role or an instance profile; an \
AMI alias is its only AMI term; a volume's size is in Gi, G, Ti or T; Karpenter's own tags can't be \
set. Nodes that expire at once, and a \
budget that never lets a node be replaced, are accepted and reported here as \
well.\n\nSource: \"NodePools\", \"NodeClasses\" and \"Disruption\", Karpenter documentation.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for objects in clusters(model) {
        for pool in objects.of_kind("NodePool") {
            let report = &mut |mistake| findings.report(finding(objects, pool, mistake));
            budgets(pool, report);
            requirements(pool, report);
            template(pool, report);
        }
        for class in objects.of_kind("EC2NodeClass") {
            self::class(class, &mut |mistake| findings.report(finding(objects, class, mistake)));
        }
    }
}

/// What is wrong, where, what is given, what to do about it, and by which method it is said.
struct Mistake {
    severity: Severity,
    message: &'static str,
    property: String,
    given: String,
    help: &'static str,
    setter: Option<&'static str>,
}

impl Mistake {
    fn new(message: &'static str, property: impl Into<String>, given: impl ToString) -> Self {
        Self {
            severity: Severity::Error,
            message,
            property: property.into(),
            given: given.to_string(),
            help: "",
            setter: None,
        }
    }

    fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    fn setter(self, setter: &'static str) -> Self {
        Self { setter: Some(setter), ..self }
    }
}

fn finding(objects: Objects<'_>, manifest: &Manifest, mistake: Mistake) -> Diagnostic {
    let message = format!("{} {}", title(manifest), mistake.message);
    let finding = objects
        .finding("KAR-07", mistake.severity, manifest, message)
        .property(mistake.property)
        .given(mistake.given)
        .help(mistake.help);
    match mistake.setter {
        Some(setter) => finding.setter(setter),
        None => finding,
    }
}

fn budgets(pool: &Manifest, report: &mut impl FnMut(Mistake)) {
    for (at, budget) in items(pool.object(), "/spec/disruption/budgets").enumerate() {
        let path = format!("spec/disruption/budgets/{at}");
        let nodes = text(budget, "/nodes");
        let number = nodes.strip_suffix('%').unwrap_or(nodes).parse::<u32>();
        let fits = match number {
            Ok(percent) if nodes.ends_with('%') => percent <= 100,
            Ok(_) => true,
            Err(_) => false,
        };
        if !fits {
            let mistake =
                Mistake::new("has no such share of nodes", format!("{path}/nodes"), nodes)
                    .help("a budget is a number of nodes, or a share of `0%` to `100%`");
            report(mistake.setter("budgets"));
        }
        let (schedule, duration) = (budget.get("schedule"), budget.get("duration"));
        if schedule.is_some() != duration.is_some() {
            let mistake = Mistake::new("has half of a time for a budget", &path, budget)
                .help("state `schedule` and `duration`, or neither");
            report(mistake.setter("budgets"));
        }
        if let Some(schedule) = schedule.and_then(Value::as_str)
            && !is_cron(schedule)
        {
            let mistake = Mistake::new("names no times", format!("{path}/schedule"), schedule)
                .help("a schedule has minute, hour, day, month and day of the week: `0 8 * * mon-fri`");
            report(mistake.setter("budgets"));
        }
        if number == Ok(0) && schedule.is_none() && budget.get("reasons").is_none() {
            let mistake = Mistake::new("never lets a node be replaced", format!("{path}/nodes"), nodes)
                .help("say when (`.during(..)`) or why (`.because(..)`) no node may be taken away: a new AMI reaches nodes only when they expire");
            report(Mistake { severity: Severity::Warning, ..mistake }.setter("budgets"));
        }
    }
}

/// Whether a text is a cron schedule as Karpenter reads it, which knows no seconds.
fn is_cron(schedule: &str) -> bool {
    const NAMED: [&str; 7] =
        ["annually", "yearly", "monthly", "weekly", "daily", "midnight", "hourly"];
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"*/,-?".contains(&byte);
    match schedule.strip_prefix('@') {
        Some(name) => NAMED.contains(&name),
        None => {
            schedule.split(' ').count() == 5
                && schedule.split(' ').all(|field| !field.is_empty() && field.bytes().all(allowed))
        }
    }
}

fn requirements(pool: &Manifest, report: &mut impl FnMut(Mistake)) {
    for (at, requirement) in items(pool.object(), "/spec/template/spec/requirements").enumerate() {
        let path = format!("spec/template/spec/requirements/{at}");
        let key = text(requirement, "/key");
        let values = items(requirement, "/values").count();
        let operator = text(requirement, "/operator");
        let listed = operator == "In";
        let least = requirement.get("minValues").and_then(Value::as_u64);
        if listed && values == 0 {
            let mistake = Mistake::new("asks for one of no values", format!("{path}/values"), key)
                .help("name at least one");
            report(match key {
                "karpenter.k8s.aws/instance-category" => mistake.setter("categories"),
                _ => mistake,
            });
        }
        let numbers: Vec<&str> =
            items(requirement, "/values").map(|value| value.as_str().unwrap_or_default()).collect();
        if matches!(operator, "Gt" | "Gte" | "Lt" | "Lte")
            && !matches!(numbers.as_slice(), [number] if number.parse::<i64>().is_ok_and(|number| number >= 0))
        {
            let given = format!("{operator} {}", numbers.join(", "));
            let mistake = Mistake::new("compares with no number", format!("{path}/values"), given)
                .help("write one whole number, `[\"4\"]`: 0 or more");
            report(mistake);
        }
        if is_own(key) {
            let mistake = Mistake::new("requires a label that Karpenter doesn't take", format!("{path}/key"), key)
                .help("\"Well-Known Labels\", Karpenter documentation, lists those of `karpenter.k8s.aws`; others need a domain of your own");
            report(mistake);
        }
        if let Some(least) = least
            && (!(1..=50).contains(&least)
                || listed && usize::try_from(least).is_ok_and(|least| least > values))
        {
            let given = format!("{least} of {values}");
            let mistake = Mistake::new("asks for more values than there are", path, given)
                .help("`minValues` is 1 to 50, and not above the number of values");
            report(mistake);
        }
    }
}

fn template(pool: &Manifest, report: &mut impl FnMut(Mistake)) {
    let path = "spec/template/spec/expireAfter";
    let expiry = pool.text("/spec/template/spec/expireAfter");
    if !expiry.is_empty() && expiry.bytes().all(|byte| matches!(byte, b'0' | b's' | b'm' | b'h')) {
        let mistake = Mistake::new("has nodes that expire at once", path, expiry)
            .help("let nodes live for one to four weeks");
        report(mistake.setter("expire_after_days"));
    }
    let labels = pool.object().pointer("/spec/template/metadata/labels").and_then(Value::as_object);
    for key in labels.into_iter().flatten().map(|(key, _)| key) {
        if is_own(key) {
            let path = "spec/template/metadata/labels";
            let mistake = Mistake::new("sets a label that is Karpenter's", path, key)
                .help("take a label of a domain of your own");
            report(mistake.setter("label"));
        }
    }
}

/// Labels of instances, of the domain `karpenter.k8s.aws`, that a pool may choose by.
const OF_INSTANCES: [&str; 28] = [
    "capacity-reservation-id",
    "capacity-reservation-interruptible",
    "capacity-reservation-type",
    "ec2nodeclass",
    "instance-accelerator-count",
    "instance-accelerator-manufacturer",
    "instance-accelerator-name",
    "instance-capability-flex",
    "instance-category",
    "instance-cpu",
    "instance-cpu-manufacturer",
    "instance-cpu-sustained-clock-speed-mhz",
    "instance-ebs-bandwidth",
    "instance-encryption-in-transit-supported",
    "instance-family",
    "instance-generation",
    "instance-gpu-count",
    "instance-gpu-manufacturer",
    "instance-gpu-memory",
    "instance-gpu-name",
    "instance-hypervisor",
    "instance-local-nvme",
    "instance-memory",
    "instance-network-bandwidth",
    "instance-size",
    "instance-tenancy",
    "placement-group-id",
    "placement-group-partition",
];

/// Whether a pool may neither set nor choose by a label.
fn is_own(key: &str) -> bool {
    // Without a slash, the definition takes the whole for the domain.
    let (domain, name) = key.split_once('/').unwrap_or((key, ""));
    match domain {
        "kubernetes.io" => name == "hostname",
        "karpenter.sh" => name != "capacity-type",
        "karpenter.k8s.aws" => !OF_INSTANCES.contains(&name),
        _ => domain.ends_with("karpenter.sh") || domain.ends_with("karpenter.k8s.aws"),
    }
}

fn class(class: &Manifest, report: &mut impl FnMut(Mistake)) {
    let field = |name: &str| class.object().pointer(&format!("/spec/{name}"));
    let filled = ["role", "instanceProfile"].into_iter().filter(|name| field(name).is_some());
    let filled: Vec<&str> = filled.collect();
    if filled.len() != 1 {
        let given = if filled.is_empty() { "neither" } else { "both" };
        let mistake = Mistake::new("has not one identity for its nodes", "spec", given)
            .help("state `role` or `instanceProfile`; the `Karpenter` handle has the profile");
        report(mistake);
    }
    let terms: Vec<&Value> = items(class.object(), "/spec/amiSelectorTerms").collect();
    let alias = terms.iter().find(|term| term.get("alias").is_some());
    if let Some(alias) = alias
        && (terms.len() > 1 || alias.as_object().is_some_and(|term| term.len() > 1))
    {
        let path = "spec/amiSelectorTerms";
        let mistake = Mistake::new("has an AMI alias beside another term", path, alias)
            .help("an alias names the images of all architectures: leave the others out");
        report(mistake);
    }
    for (at, device) in items(class.object(), "/spec/blockDeviceMappings").enumerate() {
        if let Some(size) = device.pointer("/ebs/volumeSize")
            && !size.as_str().is_some_and(is_volume_size)
        {
            let path = format!("spec/blockDeviceMappings/{at}/ebs/volumeSize");
            let mistake = Mistake::new("has a volume of no size that Karpenter reads", path, size)
                .help("write whole units: `1Gi` to `59000Gi`, or `1Ti` to `58Ti`");
            report(mistake.setter("data_volume_gib"));
        }
    }
    let tags = field("tags").and_then(Value::as_object);
    for key in tags.into_iter().flatten().map(|(key, _)| key) {
        const OWN: [&str; 4] = [
            "eks:eks-cluster-name",
            "karpenter.k8s.aws/ec2nodeclass",
            "karpenter.sh/nodeclaim",
            "karpenter.sh/nodepool",
        ];
        if key.starts_with("kubernetes.io/cluster") || OWN.contains(&key.as_str()) {
            let mistake = Mistake::new("sets a tag that is Karpenter's", "spec/tags", key)
                .help("leave it out: Karpenter sets it itself");
            report(mistake);
        }
    }
}

/// Whether the definition of EC2NodeClass takes a size of a volume.
fn is_volume_size(size: &str) -> bool {
    const MOST: [(&str, u32); 4] = [("Gi", 59_000), ("G", 64_000), ("Ti", 58), ("T", 64)];
    MOST.iter().any(|(unit, most)| {
        size.strip_suffix(unit).is_some_and(|number| {
            number.bytes().all(|byte| byte.is_ascii_digit())
                && !number.starts_with('0')
                && number.parse::<u32>().is_ok_and(|number| number <= *most)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{is_cron, is_volume_size};

    #[test]
    fn a_volume_has_whole_units() {
        for size in ["1Gi", "59000Gi", "64000G", "2Ti", "64T"] {
            assert!(is_volume_size(size), "{size}");
        }
        for size in ["", "Gi", "0Gi", "59001Gi", "51712Mi", "50", "1.5Ti", "050Gi", "+5Gi", "65T"] {
            assert!(!is_volume_size(size), "{size}");
        }
    }

    #[test]
    fn a_schedule_has_five_fields_or_a_name() {
        for schedule in ["0 8 * * mon-fri", "*/15 0,12 1-7 * ?", "@daily"] {
            assert!(is_cron(schedule), "{schedule}");
        }
        for schedule in ["", "8", "0 8 * *", "0 0 8 * * mon", "at noon", "@never", "0 8 * * m!"] {
            assert!(!is_cron(schedule), "{schedule}");
        }
    }
}
