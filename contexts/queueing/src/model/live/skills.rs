//! What members of staff know how to do, as their memberships say.

use std::collections::HashMap;

use usher_identity::model::skill;
use usher_kernel::TenantId;
use uuid::Uuid;

use crate::model::AgentId;

/// The skills of everybody who has any.
#[derive(Clone, Debug, Default)]
pub struct Skills(HashMap<(TenantId, AgentId), Known>);

#[derive(Clone, Debug)]
struct Known {
    /// Which membership, and which version of it. A person who left and came back has a younger one.
    read: (Uuid, i64),
    keys: Vec<String>,
}

impl Skills {
    /// Takes in what a membership says, unless something newer is known. One that has ended has no skills.
    pub fn put(&mut self, who: (TenantId, AgentId), membership: (Uuid, i64), skills: &[String]) {
        if self.0.get(&who).is_some_and(|known| known.read > membership) {
            return;
        }
        let keys = skills.iter().map(|name| skill::key(name)).collect();
        self.0.insert(who, Known { read: membership, keys });
    }

    /// Whether somebody has everything that a service asks for. Nobody has nothing.
    pub fn cover(&self, tenant: TenantId, agent: Option<AgentId>, required: &[String]) -> bool {
        let known = agent.and_then(|agent| self.0.get(&(tenant, agent)));
        required.iter().all(|name| known.is_some_and(|known| known.keys.contains(&skill::key(name))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use usher_kernel::Id;

    #[test]
    fn the_newest_membership_counts() {
        let mut skills = Skills::default();
        let tenant = Id::from_uuid(Uuid::nil());
        let ana = Id::from_uuid(Uuid::from_u128(7));
        let [old, new] = [1, 2].map(Uuid::from_u128);
        let loans = ["Loans".to_owned()];
        assert!(skills.cover(tenant, None, &[]), "nothing is asked for");
        assert!(!skills.cover(tenant, Some(ana), &loans));
        skills.put((tenant, ana), (old, 2), &["loans ".to_owned()]);
        assert!(skills.cover(tenant, Some(ana), &loans), "capitals and blanks do not count");
        assert!(!skills.cover(tenant, None, &loans));
        assert!(!skills.cover(tenant, Some(ana), &["Loans".to_owned(), "Cash".to_owned()]));
        skills.put((tenant, ana), (old, 1), &[]);
        assert!(skills.cover(tenant, Some(ana), &loans), "an older version says nothing new");
        skills.put((tenant, ana), (old, 3), &[]);
        assert!(!skills.cover(tenant, Some(ana), &loans));
        skills.put((tenant, ana), (new, 1), &loans);
        assert!(skills.cover(tenant, Some(ana), &loans), "who came back has a new membership");
        skills.put((tenant, ana), (old, 4), &[]);
        assert!(skills.cover(tenant, Some(ana), &loans));
    }
}
