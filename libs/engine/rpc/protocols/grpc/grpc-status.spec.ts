import { Code } from '#libs/engine/errors/code.js';
import { ContractError } from '#libs/engine/errors/contract-error.js';
import { accessRefusals } from '#libs/registry/access/access.refusals.js';
import { refused } from '#libs/registry/shared/refused.js';
import { grpcStatus } from './grpc-status.js';

describe('the gRPC status', () => {
  it('is only code 0 for an answer', () => {
    expect(grpcStatus(undefined)).toEqual({ 'grpc-status': '0' });
  });

  it('has its message in printable ASCII, with other bytes percent-encoded', () => {
    const { 'grpc-message': message } = grpcStatus(ContractError.of(Code.INTERNAL, 'a %\n~ ä𝔸\ud800'));
    expect(message).toBe('a %25%0A~ %C3%A4%F0%9D%94%B8%EF%BF%BD');
  });

  it('has details only if the error has an id', () => {
    expect(grpcStatus(ContractError.of(Code.INTERNAL, 'x'))).not.toHaveProperty('grpc-status-details-bin');
    const details = grpcStatus(refused(accessRefusals, 'AUTH-7fs1e'))['grpc-status-details-bin'] ?? '';
    expect(details).not.toContain('=');
    const text = Buffer.from(details, 'base64').toString('latin1');
    expect(text).toContain('invalid token (AUTH-7fs1e)');
    expect(text).toContain('type.googleapis.com/zitadel.v1.ErrorDetail');
  });
});
