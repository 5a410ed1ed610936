//! Rights that nobody needs who works with the rows.

use super::super::code;
use super::super::finding::Finding;
use super::Evidence;

pub(super) fn findings(evidence: &Evidence<'_>) -> Vec<Finding> {
    let rights = &evidence.facts.rights;
    let mut grantees: Vec<&str> = rights.iter().map(|right| right.grantee.as_str()).collect();
    grantees.dedup();
    let finding = |grantee: &str| {
        let of = || rights.iter().filter(move |right| right.grantee == grantee);
        let list: Vec<String> = of().map(|right| format!("{} on {}", right.right, right.on)).collect();
        let who = if grantee == "PUBLIC" { "everybody" } else { grantee };
        let why = format!("{who} may do more than read and write rows: {}", list.join(", "));
        let advice = "take it away; what an application needs is what `auth generate grants` writes. An owner or superuser is no role for \
                      an application: make another";
        let statements = of().filter_map(|right| right.revoke.clone()).collect();
        Finding { statements, ..Finding::new(code::WIDE_RIGHTS, who, why).advice(advice) }
    };
    grantees.into_iter().map(finding).collect()
}
