//! What holds for any program.

use innovate_core::{Node, Str, TemplateFormat, Text, Value, value::intrinsic};
use proptest::{collection::vec, prelude::*};

use crate::program::{CHECKS, Plain, Set, app, stack};

/// Texts with all that a format could take for its own.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-zA-Z0-9:._/${}!'\"\\\\ \n#&*-]{0,12}",
        proptest::sample::select(vec![
            "on",
            "yes",
            "null",
            "~",
            "1_000",
            "12:30",
            "0x1f",
            "2026-01-01",
            "1e3",
            "",
            " ",
            "- a",
            "a: b",
            "#",
            "!Ref x",
            "${",
            "${!x}",
            "<<",
            "=",
            "\u{feff}",
            "\u{85}",
            "\u{2028}",
            ".inf",
        ])
        .prop_map(str::to_owned),
    ]
}

fn nodes() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Node::Bool),
        any::<i64>().prop_map(Node::Integer),
        any::<i32>().prop_map(|number| Node::Number(f64::from(number) / 4.0)),
        texts().prop_map(|text| Node::Text(Str::Owned(text))),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        let value = || inner.clone().prop_map(Value::<Text>::from_node);
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Node::list),
            vec((texts(), inner.clone()), 0..6).prop_map(|entries| {
                let mut known = std::collections::BTreeSet::new();
                let mut entries = entries;
                entries.retain(|(key, _)| known.insert(key.clone()));
                Node::Map(entries.into_iter().map(|(key, node)| (Str::Owned(key), node)).collect())
            }),
            vec(value(), 0..5).prop_map(|parts| intrinsic::concat(parts).into_node()),
            (texts(), vec(value(), 0..4))
                .prop_map(|(delimiter, items)| intrinsic::join(delimiter, items).into_node()),
            value().prop_map(|text| intrinsic::base64(text).into_node()),
            (texts(), value()).prop_map(|(at, text)| intrinsic::split(at, text).into_node()),
        ]
    })
}

fn template(node: &Node, format: TemplateFormat) -> String {
    let mut made = stack("s");
    made.add("It", Plain::new().set("Is", node.clone()));
    let synthesis = app([made]).synth(CHECKS, format);
    let files = synthesis.assembly.unwrap();
    let template = files.files().iter().find(|(path, _)| path.starts_with("templates/"));
    template.unwrap().1.clone()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_value_is_written_so_that_both_formats_read_the_same(node in nodes()) {
        let json: serde_json::Value =
            serde_json::from_str(&template(&node, TemplateFormat::Json)).unwrap();
        let yaml = template(&node, TemplateFormat::Yaml);
        let read: serde_json::Value = serde_saphyr::from_str(&yaml).unwrap();
        prop_assert_eq!(json, read, "{}", yaml);
    }

    #[test]
    fn the_same_program_gives_the_same_bytes(node in nodes()) {
        for format in [TemplateFormat::Json, TemplateFormat::Yaml] {
            prop_assert_eq!(template(&node, format), template(&node, format));
        }
    }

    #[test]
    fn the_order_of_a_program_changes_nothing_in_its_templates(
        ids in proptest::collection::btree_set("[A-Z][a-z]{1,6}", 2..12),
        seed in any::<u64>(),
    ) {
        let ids: Vec<String> = ids.into_iter().collect();
        let mut shuffled = ids.clone();
        // A permutation that the seed decides.
        let mut state = seed | 1;
        for at in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let other = usize::try_from(state >> 33).unwrap() % (at + 1);
            shuffled.swap(at, other);
        }
        let written = |ids: &[String]| {
            let mut made = stack("s");
            for id in ids {
                made.add(id.clone(), Plain::new().set("Id", Node::Text(id.clone().into())));
                made.scope().output(format!("Out{id}"), id.clone());
            }
            app([made]).synth(CHECKS, TemplateFormat::Json).assembly.unwrap().files().clone()
        };
        prop_assert_eq!(written(&ids), written(&shuffled));
    }
}
