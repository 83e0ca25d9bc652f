import assert from 'node:assert/strict'
import { readCredentialsAnswer } from '../../src/aws/parse-answers.ts'
import type { FuzzTarget } from './harness/target.ts'

const answer = `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <Credentials>
      <AccessKeyId>ASIAEXAMPLE</AccessKeyId>
      <SecretAccessKey>abc/def+ghi</SecretAccessKey>
      <SessionToken>FwoGZXIvYXdzEBYaD==</SessionToken>
      <Expiration>2026-11-22T11:00:00Z</Expiration>
    </Credentials>
  </AssumeRoleWithWebIdentityResult>
  <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>
</AssumeRoleWithWebIdentityResponse>`

/** Answers of STS in XML: what is taken is whole, plain text and stands in the answer as it is; nothing is thrown. */
export const target: FuzzTarget = {
  seeds: [
    answer,
    answer.replaceAll('\n', ''),
    answer.replace('abc', '&lt;abc'),
    answer.replace('<Credentials>', '<Credentials><Credentials>'),
    '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>',
    '',
  ],
  words: [
    ...[
      '<Credentials>',
      '</Credentials>',
      '<AccessKeyId>',
      '</AccessKeyId>',
      '<SessionToken>',
      '</SessionToken>',
    ],
    ...[
      '<Expiration>',
      '</Expiration>',
      '<RequestId>',
      '&amp;',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<x/>',
      '\n',
    ],
  ],
  tryInput(input) {
    const read = readCredentialsAnswer({ statusCode: 200, headers: {}, body: input })
    if (read === undefined) return 'left'
    const text = input.toString()
    for (const each of [read.AccessKeyId, read.SecretAccessKey, read.SessionToken]) {
      assert.ok(each !== undefined && each !== '' && text.includes(each))
      assert.doesNotMatch(each, /[<&]/)
    }
    assert.ok(Number.isFinite(read.expiration))
    return `taken, ${read.requestId === undefined ? 'without' : 'with'} a request id`
  },
}
