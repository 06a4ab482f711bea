'use strict';

const { TestEnvironment } = require('jest-environment-node');
const { ShopHost } = require('./shop-host');

/** Jest loads this file once per worker process, so all test files of a worker share the host. */
const shopHost = new ShopHost();

/** Node's environment with the global `shopHost`. */
module.exports = class HostEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.global.shopHost = shopHost;
  }

  async teardown() {
    try {
      await shopHost.closeAll();
    } finally {
      await super.teardown();
    }
  }
};
