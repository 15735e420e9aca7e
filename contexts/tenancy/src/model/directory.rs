//! Every tenant and site of the installation, in memory.
//!
//! A chain has thousands of sites, not millions, so all of them are held. Events carry the whole
//! record with its version, and an older version never replaces a newer one, so it does not matter
//! in which order changes arrive from other nodes.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use parking_lot::RwLock;
use usher_kernel::{SiteId, TenantId};

use super::{Site, SiteStatus, Tenant};

/// The directory; cheap to clone, shared.
#[derive(Clone, Default)]
pub struct Directory(Arc<RwLock<State>>);

#[derive(Default)]
struct State {
    tenants: BTreeMap<TenantId, Arc<Tenant>>,
    slugs: HashMap<String, TenantId>,
    sites: HashMap<SiteId, Arc<Site>>,
    /// Sites by tenant, in the order they were created (ids sort by time).
    of_tenant: HashMap<TenantId, BTreeMap<SiteId, Arc<Site>>>,
    /// Deleted sites: a late change must not bring one back.
    gone: HashSet<SiteId>,
}

impl Directory {
    /// Takes in a tenant, unless a newer version is known.
    pub fn put_tenant(&self, tenant: Arc<Tenant>) {
        let mut state = self.0.write();
        if let Some(known) = state.tenants.get(&tenant.id) {
            if known.version > tenant.version {
                return;
            }
            let old = known.slug.clone();
            state.slugs.remove(&old);
        }
        state.slugs.insert(tenant.slug.clone(), tenant.id);
        state.tenants.insert(tenant.id, tenant);
    }

    /// Takes in a site, unless a newer version is known or it was deleted.
    pub fn put_site(&self, site: Arc<Site>) {
        let mut state = self.0.write();
        let newer_known = state.sites.get(&site.id).is_some_and(|known| known.version > site.version);
        if newer_known || state.gone.contains(&site.id) {
            return;
        }
        state.of_tenant.entry(site.tenant_id).or_default().insert(site.id, Arc::clone(&site));
        state.sites.insert(site.id, site);
    }

    /// Forgets a deleted site for good.
    pub fn remove_site(&self, id: SiteId) {
        let mut state = self.0.write();
        state.gone.insert(id);
        if let Some(site) = state.sites.remove(&id)
            && let Some(sites) = state.of_tenant.get_mut(&site.tenant_id)
        {
            sites.remove(&id);
        }
    }

    /// A tenant by id.
    pub fn tenant(&self, id: TenantId) -> Option<Arc<Tenant>> {
        self.0.read().tenants.get(&id).cloned()
    }

    /// A tenant by its short name.
    pub fn tenant_by_slug(&self, slug: &str) -> Option<Arc<Tenant>> {
        let state = self.0.read();
        state.slugs.get(slug).and_then(|id| state.tenants.get(id)).cloned()
    }

    /// The tenant created first.
    pub fn first_tenant(&self) -> Option<Arc<Tenant>> {
        let state = self.0.read();
        state.tenants.values().min_by_key(|tenant| (tenant.created_at, tenant.id)).cloned()
    }

    /// Every tenant, in the order they were created.
    pub fn tenants(&self) -> Vec<Arc<Tenant>> {
        self.0.read().tenants.values().cloned().collect()
    }

    /// A site of a tenant; another tenant's site is not there.
    pub fn site(&self, tenant: TenantId, id: SiteId) -> Option<Arc<Site>> {
        self.0.read().sites.get(&id).filter(|site| site.tenant_id == tenant).cloned()
    }

    /// A site by its short name.
    pub fn site_by_slug(&self, tenant: TenantId, slug: &str) -> Option<Arc<Site>> {
        self.0.read().of_tenant.get(&tenant)?.values().find(|site| site.slug == slug).cloned()
    }

    /// The sites of a tenant, in the order they were created.
    pub fn sites(&self, tenant: TenantId) -> Vec<Arc<Site>> {
        self.0
            .read()
            .of_tenant
            .get(&tenant)
            .map(|sites| sites.values().cloned().collect())
            .unwrap_or_default()
    }

    /// The site that is meant where a request names none: the one marked, else the first active one.
    pub fn default_site(&self, tenant: TenantId) -> Option<Arc<Site>> {
        let state = self.0.read();
        let sites = state.of_tenant.get(&tenant)?;
        let marked = sites.values().find(|site| site.is_default);
        marked.or_else(|| sites.values().find(|site| site.status == SiteStatus::Active)).cloned()
    }

    /// How many tenants and sites are held.
    pub fn len(&self) -> (usize, usize) {
        let state = self.0.read();
        (state.tenants.len(), state.sites.len())
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.len() == (0, 0)
    }
}

#[cfg(test)]
mod tests {
    use usher_kernel::Timestamp;

    use super::super::{NewTenant, SiteChange};
    use super::*;

    fn tenant(name: &str, second: i64) -> Tenant {
        let at = Timestamp::from_second(second).unwrap();
        NewTenant { name: name.to_owned(), ..NewTenant::default() }.build(TenantId::generate(at), at)
    }

    fn site(tenant: &Tenant, name: &str, second: i64) -> Site {
        let at = Timestamp::from_second(second).unwrap();
        SiteChange { name: Some(name.to_owned()), ..SiteChange::default() }.build(
            SiteId::generate(at),
            tenant,
            at,
        )
    }

    #[test]
    fn an_older_version_never_replaces_a_newer_one() {
        let directory = Directory::default();
        let old = tenant("Bank", 1);
        let new = Tenant { slug: "other".to_owned(), version: 2, ..old.clone() };
        directory.put_tenant(Arc::new(new));
        directory.put_tenant(Arc::new(old));
        assert!(directory.tenant_by_slug("bank").is_none());
        assert!(directory.tenant_by_slug("other").is_some());
    }

    #[test]
    fn a_deleted_site_does_not_come_back() {
        let directory = Directory::default();
        let bank = tenant("Bank", 1);
        let main = Arc::new(site(&bank, "Main", 2));
        directory.put_site(Arc::clone(&main));
        directory.remove_site(main.id);
        directory.put_site(main);
        assert!(directory.sites(bank.id).is_empty());
    }

    #[test]
    fn another_tenants_site_is_not_there() {
        let directory = Directory::default();
        let (bank, other) = (tenant("Bank", 1), tenant("Other", 2));
        let main = Arc::new(site(&bank, "Main", 3));
        directory.put_site(Arc::clone(&main));
        assert!(directory.site(bank.id, main.id).is_some());
        assert!(directory.site(other.id, main.id).is_none());
        assert!(directory.site_by_slug(other.id, "main").is_none());
    }

    #[test]
    fn the_default_site_is_the_marked_one_else_the_first_active_one() {
        let directory = Directory::default();
        let bank = tenant("Bank", 1);
        let closed = Site { status: SiteStatus::Inactive, ..site(&bank, "Old", 2) };
        let north = site(&bank, "North", 3);
        let marked = Site { is_default: true, ..site(&bank, "Main", 4) };
        directory.put_site(Arc::new(closed));
        directory.put_site(Arc::new(north));
        assert_eq!(directory.default_site(bank.id).unwrap().slug, "north");
        directory.put_site(Arc::new(marked));
        assert_eq!(directory.default_site(bank.id).unwrap().slug, "main");
        assert_eq!(directory.sites(bank.id).len(), 3);
    }

    #[test]
    fn the_first_tenant_is_the_oldest_one() {
        let directory = Directory::default();
        directory.put_tenant(Arc::new(tenant("Later", 20)));
        directory.put_tenant(Arc::new(tenant("First", 10)));
        assert_eq!(directory.first_tenant().unwrap().slug, "first");
    }
}
