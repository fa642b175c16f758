import { addressFault } from './address-fault.js';

describe('an address', () => {
  it.each(['8.8.8.8', '1.1.1.1', '172.15.0.1', '172.32.0.1', '100.128.0.1', '2606:4700::1', '2a00:1450::1'])(
    'is public: %s',
    (address) => {
      expect(addressFault(address, { allowPrivate: false })).toBeUndefined();
    },
  );

  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.255',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '192.0.0.1',
    '198.18.0.1',
    '203.0.113.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:8.8.8.8',
    '::ffff:10.0.0.1',
    '64:ff9b::a9fe:a9fe',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'no address',
    '',
  ])('is not public: %s', (address) => {
    expect(addressFault(address, { allowPrivate: false })).toMatch(/^must /);
  });

  it.each(['127.0.0.1', '10.0.0.1', '192.168.1.1', '100.64.0.1', '::1', 'fc00::1', 'fe80::1%eth0', '::ffff:10.0.0.1'])(
    'may be connected to where private addresses are allowed: %s',
    (address) => {
      expect(addressFault(address, { allowPrivate: true })).toBeUndefined();
    },
  );

  it.each([
    '169.254.169.254',
    '169.254.170.2',
    '100.100.100.200',
    '168.63.129.16',
    '::169.254.169.254',
    '::ffff:169.254.169.254',
    '::ffff:0:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '2002:6464:64c8::',
    'fd00:ec2::254',
    'fd00:ec2::254%eth0',
    'fd20:ce::254',
  ])('is the metadata of a cloud whatever is allowed: %s', (address) => {
    for (const allowPrivate of [true, false]) expect(addressFault(address, { allowPrivate })).toContain('metadata');
  });
});
