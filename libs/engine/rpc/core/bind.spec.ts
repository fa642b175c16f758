import { AdminService } from '@zitadel/proto/zitadel/admin_pb.js';
import { ManagementService } from '@zitadel/proto/zitadel/management_pb.js';
import { features } from '#libs/registry/features.js';
import { restRules } from '../protocols/rest/http-rule.js';
import { bindCalls, isUnary, Rpc, RpcService } from './bind.js';
import { compileCall } from './call.js';

const servedCalls = features.calls.map(({ method }) => method).filter(isUnary);

@RpcService(ManagementService)
class HealthzRpc {
  readonly answer = {};

  @Rpc(ManagementService.method.healthz)
  async healthz() {
    return this.answer;
  }
}

describe('binding', () => {
  it('runs methods on their instance, and leaves every other call of the contract unbound', async () => {
    const instance = new HealthzRpc();
    const { calls } = bindCalls(features.contract, [instance]);
    const methods = features.contract.services.flatMap(({ service }) => service.methods.filter(isUnary));
    expect(calls).toHaveLength(methods.length);
    const [bound, ...others] = calls.filter(({ run }) => run !== undefined);
    expect([bound?.method, others]).toEqual([ManagementService.method.healthz, []]);
    expect(await bound?.run?.(undefined as never, undefined as never)).toBe(instance.answer);
  });

  it('refuses invalid bindings', () => {
    class Unbound {}
    @RpcService(AdminService)
    class StrayRpc {
      @Rpc(ManagementService.method.healthz)
      async healthz() {
        return {};
      }
    }
    expect(() => bindCalls(features.contract, [new Unbound()])).toThrow(
      /Unbound serves no service: give its class @RpcService/,
    );
    expect(() => bindCalls(features.contract, [new StrayRpc()])).toThrow(/StrayRpc is bound to .* cannot serve/);
    expect(() =>
      bindCalls({ ...features.contract, services: [{ service: AdminService, restPrefix: '' }] }, [new HealthzRpc()]),
    ).toThrow(/which is not served/);
    expect(() => bindCalls(features.contract, [new HealthzRpc(), new HealthzRpc()])).toThrow(/bound twice/);
  });
});

/** The calls that need no token. */
const PUBLIC = ['Healthz', 'ListEventSchemas'];

describe('the contract', () => {
  it('can be served: every promised call has a permission, a project or an application, and a path', () => {
    for (const method of servedCalls) {
      const { permission, scopeField, scopeKind } = compileCall(features.contract, method, async () => ({}));
      expect([method.name, permission]).toEqual([
        method.name,
        PUBLIC.includes(method.name) ? undefined : expect.stringMatching(/^(project|events|webhook)\./),
      ]);
      const inPath = restRules(method).flatMap(({ pathFields }) => pathFields.map(({ field }) => field));
      const scopePath = scopeKind === 'application' ? 'application_id' : 'project_id';
      const inQuery = restRules(method).every(({ hasBody }) => !hasBody) ? method.input.fields : [];
      if (scopeField !== undefined) {
        expect([...inPath, ...inQuery.map(({ name }) => name)]).toContain(
          ['id', 'project'].includes(scopeField) ? scopeField : scopePath,
        );
      }
    }
  });

  it('has paths in the notation of the router, including those that match the rest of a path', () => {
    expect(restRules(ManagementService.method.updateProjectRole)).toEqual([
      expect.objectContaining({ verb: 'PUT', url: '/projects/:project_id/roles/*' }),
    ]);
  });
});
