// SPDX-License-Identifier: GPL-2.0
/*
 * upsy: UPSes as power supplies, fed over generic netlink.
 */
#include <linux/device.h>
#include <linux/module.h>
#include <net/genetlink.h>

#include "upsy.h"

/*
 * A parameter, because how long a daemon is away when its package is upgraded
 * is up to the machine.
 */
unsigned int upsy_grace = UPSY_GRACE;

static int set_grace(const char *val, const struct kernel_param *kp)
{
	return param_set_uint_minmax(val, kp, 1, UPSY_GRACE_MAX);
}

static const struct kernel_param_ops grace_ops = {
	.set = set_grace,
	.get = param_get_uint,
};

module_param_cb(grace, &grace_ops, &upsy_grace, 0644);
MODULE_PARM_DESC(grace, "seconds on line without a feed until a UPS's battery counts as absent; it vanishes after twice that");

/* Parent of all supplies: user space feeds them, no device of the kernel's does. */
struct device *upsy_root;

struct workqueue_struct *upsy_wq;

static int __init upsy_init(void)
{
	int ret;

	upsy_attrs_init();
	upsy_wq = alloc_workqueue("upsy", WQ_UNBOUND, 0);
	if (!upsy_wq)
		return -ENOMEM;
	upsy_root = root_device_register("upsy");
	if (IS_ERR(upsy_root)) {
		ret = PTR_ERR(upsy_root);
		goto destroy_wq;
	}
	ret = upsy_netlink_init();
	if (ret)
		goto unregister_root;
	return 0;

unregister_root:
	root_device_unregister(upsy_root);
destroy_wq:
	destroy_workqueue(upsy_wq);
	return ret;
}

static void __exit upsy_exit(void)
{
	upsy_netlink_exit();
	upsy_ups_destroy_all();
	upsy_action_exit();
	/* a UPS that vanished by itself may still be on its way out */
	destroy_workqueue(upsy_wq);
	root_device_unregister(upsy_root);
}

module_init(upsy_init);
module_exit(upsy_exit);

MODULE_DESCRIPTION("UPSes as power supplies");
MODULE_AUTHOR("The upsy authors");
MODULE_LICENSE("GPL");
MODULE_ALIAS_GENL_FAMILY(UPSY_FAMILY_NAME);
