/** What Berth's application in GitLab has to be allowed: acting as people, and knowing who they are. */
export const oauthScopes = ['api', 'read_user', 'openid', 'profile', 'email']
