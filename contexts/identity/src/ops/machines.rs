//! How many people a tenant has, and what they and its sites work with.

use std::collections::BTreeMap;

use usher_db::Read;
use usher_kernel::Ctx;

use crate::error::Error;
use crate::model::{Machines, MemberStatus, UserStatus, role};
use crate::{Identity, store};

impl Identity {
    /// The people of the caller's tenant in numbers; of the machines those at sites where the caller works.
    ///
    /// # Errors
    /// The database.
    pub(crate) async fn machines(&self, ctx: &Ctx) -> Result<Machines, Error> {
        let (identity, tenant) = (self.clone(), ctx.tenant);
        let read = move |read: &mut Read<'_>| {
            let mut by_role = BTreeMap::new();
            let mut by_status = BTreeMap::from([(UserStatus::Active, 0), (UserStatus::Inactive, 0)]);
            for group in store::users::counted(read, tenant)? {
                let let_in =
                    (group.status, group.member_status) == (UserStatus::Active, MemberStatus::Active);
                let status = if let_in { UserStatus::Active } else { UserStatus::Inactive };
                *by_role.entry(role::leading(&group.roles.0)).or_default() += group.people;
                *by_status.entry(status).or_default() += group.people;
            }
            let devices = identity.devices_in(read, tenant)?.into_iter();
            let sessions = store::sessions::of_staff(read, tenant)?;
            let devices = devices.map(Into::into).collect();
            let total = by_role.values().sum();
            Ok::<_, Error>(Machines { total, by_role, by_status, devices, sessions, at: read.now() })
        };
        let mut machines = self.db().read(ctx, read).await?;
        machines.devices.retain(|device| ctx.may_at(device.site_id));
        Ok(machines)
    }
}
