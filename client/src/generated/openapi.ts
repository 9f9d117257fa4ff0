// Made by `npm run docs`. Change the routes of the service, not this file.

export interface paths {
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process is alive */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether it can serve: 503 without a database, and while it ends */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics for Prometheus */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List tenants */
        get: {
            parameters: {
                query?: {
                    /** @description Items in one answer. */
                    limit?: number;
                    /** @description nextCursor of the answer before. */
                    cursor?: string;
                    /** @description The vendor's own ID of this customer; no two tenants have the same. */
                    reference?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Tenant"][];
                            nextCursor: string | null;
                        };
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Create a tenant; its external ID is issued with it */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        reference?: string | null;
                        /** @description Anything the vendor wants to keep with the tenant; never interpreted. */
                        metadata?: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Tenant"];
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a tenant */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Tenant"];
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Offboard a tenant; its external IDs stay as tombstones for ever */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No content. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Change, suspend or reactivate a tenant */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name?: string;
                        reference?: string | null;
                        /** @description Anything the vendor wants to keep with the tenant; never interpreted. */
                        metadata?: {
                            [key: string]: unknown;
                        };
                        /** @enum {string} */
                        status?: "active" | "suspended";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Tenant"];
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/tenants/{tenantId}/external-id": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the external ID, its rotation and its tombstones */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ExternalId"];
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/external-id/rotation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start a rotation: issue the successor; both IDs work until it ends */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": Record<string, unknown> | null;
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ExternalId"];
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** Cancel a rotation: the successor becomes a tombstone */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No content. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/external-id/rotation/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Complete a rotation: retire the old ID, when all verified connections have moved */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": Record<string, unknown> | null;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ExternalId"];
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/profiles/{profileId}/template": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download an access profile's CloudFormation template, to be published for its launch-stack link
         * @description It names no tenant and no external ID: those come with the link. Publish it in S3, and set templateUrl of the profile to where it lies; anew after each change of the profile.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix profile. */
                    profileId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The file, as a download. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/yaml": string;
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the setup kit: all that the customer needs to create the role */
        get: {
            parameters: {
                query?: {
                    partition?: "aws" | "aws-cn" | "aws-us-gov" | "aws-eusc" | "aws-iso" | "aws-iso-b" | "aws-iso-e" | "aws-iso-f";
                    /** @description Access profile whose permissions the role gets. Left out: the installation's. */
                    profile?: string;
                };
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SetupKit"];
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/setup/{artifact}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Download one artifact of the setup kit */
        get: {
            parameters: {
                query?: {
                    partition?: "aws" | "aws-cn" | "aws-us-gov" | "aws-eusc" | "aws-iso" | "aws-iso-b" | "aws-iso-e" | "aws-iso-f";
                    /** @description Access profile whose permissions the role gets. Left out: the installation's. */
                    profile?: string;
                };
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                    artifact: "trust-policy.json" | "cloudformation.yaml" | "terraform.tf" | "aws-cli.sh" | "stackset.yaml" | "terraform-organization.tf";
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The file, as a download. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            [key: string]: unknown;
                        };
                        "application/yaml": string;
                        "text/plain": string;
                        "text/x-shellscript": string;
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the connections of a tenant */
        get: {
            parameters: {
                query?: {
                    /** @description Items in one answer. */
                    limit?: number;
                    /** @description nextCursor of the answer before. */
                    cursor?: string;
                };
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["Connection"][];
                            nextCursor: string | null;
                        };
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Register a customer's role; it is pending until it is verified */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        roleArn: string;
                        name?: string | null;
                        profile?: string | null;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Connection"];
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/connections/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register the setup kit's role in many accounts, each with an outcome of its own
         * @description The outcomes are in the order of the list. What can be registered is, all of it at once; the same list sent again tells already_registered. Each connection is pending until it is verified.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description AWS account IDs, 12 digits each. */
                        accountIds: string[];
                        /** @description The role's name in each account. Left out: the one of the setup kit. */
                        roleName?: string;
                        /** @description Name of each of the connections. */
                        name?: string | null;
                        profile?: string | null;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["AccountOutcome"][];
                        };
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/connections/{connectionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a connection */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                    /** @description TypeID with the prefix connection. */
                    connectionId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Connection"];
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Forget a connection */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                    /** @description TypeID with the prefix connection. */
                    connectionId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No content. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Rename, disable or enable a connection; enabled again it is pending */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                    /** @description TypeID with the prefix connection. */
                    connectionId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name?: string | null;
                        profile?: string | null;
                        disabled?: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Connection"];
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/tenants/{tenantId}/connections/{connectionId}/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prove that the role demands the tenant's external ID
         * @description A verification that fails is an answer, not an error: 200 with its outcome.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                    /** @description TypeID with the prefix connection. */
                    connectionId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": Record<string, unknown> | null;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Verification"];
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/connections/verifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verify many connections; it goes on by itself, and its progress can be read
         * @description Each counts against the tenant's limit of verifications in a minute, and the rest waits until the limit allows it. One run of a tenant at a time: a second one is a conflict. It survives restarts, and can be read for a day after its end.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Left out: every connection that is neither verified nor disabled. */
                        connectionIds?: string[];
                        /**
                         * @description The most connections of this run, the oldest first.
                         * @default 500
                         */
                        limit?: number;
                    } | null;
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VerificationRun"];
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/connections/verifications/{runId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read how far a verification of many connections has come */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                    /** @description TypeID with the prefix run. */
                    runId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VerificationRun"];
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/trust-policy-checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check a role's trust policy offline, with the probes of a verification
         * @description AWS is not called, and nothing is changed. A policy that fails is an answer, not an error.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description The trust policy: JSON, or its text as it was pasted, percent-encoded too; also the whole answer of `aws iam get-role`. Findings have lines only for a text. */
                        policy: {
                            [key: string]: unknown;
                        } | unknown[] | string;
                        /** @description Access profile that the role is for: what it marks sessions with has to be allowed too. */
                        profile?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TrustPolicyCheck"];
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/connections/{connectionId}/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Draw short-lived credentials of a tenant's connection
         * @description For worker keys only. Role and external ID are looked up; no request can name them. With an Idempotency-Key the same request is answered from the cache, so with the same credentials while they live.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                    /** @description TypeID with the prefix connection. */
                    connectionId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Length of the session, in seconds. Answered from the cache, less may be left of it. */
                        durationSeconds?: number;
                        /** @description Access profile that narrows the session. Left out: the only one that the key is held to, or else the connection's own. */
                        profile?: string;
                        /** @description Kept in the audit event. */
                        purpose?: string;
                    } | null;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Credentials"];
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/connections/{connectionId}/credentials/container": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same for AWS SDKs, through AWS_CONTAINER_CREDENTIALS_FULL_URI */
        get: {
            parameters: {
                query?: {
                    /** @description Length of the session, in seconds. Answered from the cache, less may be left of it. */
                    durationSeconds?: number;
                    /** @description Access profile that narrows the session. Left out: the only one that the key is held to, or else the connection's own. */
                    profile?: string;
                };
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                    /** @description TypeID with the prefix connection. */
                    connectionId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ContainerCredentials"];
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ContainerProblem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["ContainerProblem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/profiles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List access profiles */
        get: {
            parameters: {
                query?: {
                    /** @description Items in one answer. */
                    limit?: number;
                    /** @description nextCursor of the answer before. */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["AccessProfile"][];
                            nextCursor: string | null;
                        };
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Create an access profile: what a customer's role grants, and what a worker's session may use of it */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description What it is for, in the vendor's plain words; customers read it. */
                        description?: string | null;
                        /** @description The role's name in the setup kit; null: the installation's. */
                        roleName?: string | null;
                        /** @description Where this profile's CloudFormation template lies in S3; null: no launch-stack link. */
                        templateUrl?: string | null;
                        /** @description Managed policies of the customer's role; 10 at most. */
                        managedPolicyArns?: string[];
                        /** @description Inline policy of the customer's role; 10,240 characters without white space at most. */
                        inlinePolicy?: {
                            [key: string]: unknown;
                        } | null;
                        /** @description Session policy of workers: a session may do what both it and the role allow. 2,048 characters at most, the ARNs' included. */
                        sessionPolicy?: {
                            [key: string]: unknown;
                        } | null;
                        /** @description Managed session policies; 10 at most. */
                        sessionPolicyArns?: string[];
                        /** @description The longest session that a worker gets, in seconds. */
                        maxDurationSeconds?: number;
                        /** @description Sessions carry the tags countersign:tenant and countersign:worker; the role's trust policy must allow sts:TagSession. */
                        sessionTags?: boolean;
                        /** @description Sessions carry the worker as source identity; the role's trust policy must allow sts:SetSourceIdentity. */
                        sourceIdentity?: boolean;
                        name: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccessProfile"];
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/profiles/{profileId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an access profile */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix profile. */
                    profileId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccessProfile"];
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Delete an access profile that no key and no worker identity is held to, and no connection was set up with */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix profile. */
                    profileId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No content. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Change an access profile, from the next credential on; its name stays */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix profile. */
                    profileId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description What it is for, in the vendor's plain words; customers read it. */
                        description?: string | null;
                        /** @description The role's name in the setup kit; null: the installation's. */
                        roleName?: string | null;
                        /** @description Where this profile's CloudFormation template lies in S3; null: no launch-stack link. */
                        templateUrl?: string | null;
                        /** @description Managed policies of the customer's role; 10 at most. */
                        managedPolicyArns?: string[];
                        /** @description Inline policy of the customer's role; 10,240 characters without white space at most. */
                        inlinePolicy?: {
                            [key: string]: unknown;
                        } | null;
                        /** @description Session policy of workers: a session may do what both it and the role allow. 2,048 characters at most, the ARNs' included. */
                        sessionPolicy?: {
                            [key: string]: unknown;
                        } | null;
                        /** @description Managed session policies; 10 at most. */
                        sessionPolicyArns?: string[];
                        /** @description The longest session that a worker gets, in seconds. */
                        maxDurationSeconds?: number;
                        /** @description Sessions carry the tags countersign:tenant and countersign:worker; the role's trust policy must allow sts:TagSession. */
                        sessionTags?: boolean;
                        /** @description Sessions carry the worker as source identity; the role's trust policy must allow sts:SetSourceIdentity. */
                        sourceIdentity?: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccessProfile"];
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/token-revocations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List which tokens are refused */
        get: {
            parameters: {
                query?: {
                    /** @description Items in one answer. */
                    limit?: number;
                    /** @description nextCursor of the answer before. */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["TokenRevocation"][];
                            nextCursor: string | null;
                        };
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Refuse a worker identity's tokens, from the next request on */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Its name, as the file of worker identities and the audit events have it. */
                        identity: string;
                        /** @description Its tokens alone, as "sub" has it. Left out: of every subject. */
                        subject?: string;
                        /**
                         * Format: date-time
                         * @description Tokens alone whose "iat" lies before this. Left out: all, those to come too.
                         */
                        issuedBefore?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TokenRevocation"];
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/token-revocations/{revocationId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Accept these tokens again, while they are valid */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix revocation. */
                    revocationId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No content. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List API keys, without the keys themselves */
        get: {
            parameters: {
                query?: {
                    /** @description Items in one answer. */
                    limit?: number;
                    /** @description nextCursor of the answer before. */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["ApiKey"][];
                            nextCursor: string | null;
                        };
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Create an API key; it is shown this once */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        /** @enum {string} */
                        role: "admin" | "onboarding" | "worker" | "tenant" | "auditor";
                        /** @description TypeID with the prefix tenant. */
                        tenantId?: string;
                        tenantIds?: string[];
                        profiles?: string[];
                        /** Format: date-time */
                        expiresAt?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CreatedApiKey"];
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke an API key, from the next request on */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix key. */
                    keyId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No content. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create a short-lived key for a tenant's own calls */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        expiresInSeconds?: number;
                    } | null;
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            token: string;
                            /**
                             * Format: date-time
                             * @description RFC 3339, UTC.
                             */
                            expiresAt: string;
                        };
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List audit events, the newest first */
        get: {
            parameters: {
                query?: {
                    /** @description Items in one answer. */
                    limit?: number;
                    /** @description nextCursor of the answer before. */
                    cursor?: string;
                    /** @description TypeID with the prefix tenant. */
                    tenantId?: string;
                    action?: "tenant.created" | "tenant.updated" | "tenant.offboarded" | "external_id.issued" | "external_id.retired" | "rotation.started" | "rotation.completed" | "rotation.cancelled" | "connection.registered" | "connection.updated" | "connection.verified" | "connection.refused" | "connection.degraded" | "connection.deleted" | "credentials.issued" | "credentials.refused" | "profile.created" | "profile.updated" | "profile.deleted" | "api_key.created" | "api_key.revoked" | "tokens.revoked" | "tokens.restored" | "connect_link.created" | "connect_link.opened" | "connect_link.revoked";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["AuditEvent"][];
                            nextCursor: string | null;
                        };
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit-checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Take a signed checkpoint of the audit log
         * @description Where every chain ends now. Kept where nobody can change it, it shows later whether the log up to here is still what it was (`countersign audit verify --checkpoint`).
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AuditCheckpoint"];
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit-export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export the audit log for verification elsewhere
         * @description Lines of JSON by chain and number: `{position, body, chain, sequence, previousHash, hash}`, where `body` is the very text that is hashed. `countersign audit verify --file` reads it.
         */
        get: {
            parameters: {
                query?: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The events, one in each line. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/x-ndjson": string;
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/connect-links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the links of a tenant, without their secrets */
        get: {
            parameters: {
                query?: {
                    /** @description Items in one answer. */
                    limit?: number;
                    /** @description nextCursor of the answer before. */
                    cursor?: string;
                };
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: components["schemas"]["ConnectLink"][];
                            nextCursor: string | null;
                        };
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Create a link to the page on which the customer connects an account; it is shown this once */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Where the page sends the customer when it is done; COUNTERSIGN_RETURN_URLS must allow it. */
                        returnUrl?: string;
                        /** @description The access profile that the role is made for. Left out: the installation's permissions. */
                        profile?: string;
                        /** @description How long it can be opened. 86400 when left out. */
                        expiresInSeconds?: number;
                    } | null;
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description TypeID with the prefix link. */
                            id: string;
                            /** @description To be sent to the customer. Whoever has it may open it. */
                            url: string;
                            /**
                             * Format: date-time
                             * @description RFC 3339, UTC.
                             */
                            expiresAt: string;
                        };
                    };
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenantId}/connect-links/{linkId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a link, the links made from its page, and their sessions, from the next request on */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description TypeID with the prefix tenant. */
                    tenantId: string;
                    /** @description TypeID with the prefix link. */
                    linkId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No content. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Default Response */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Default Response */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        VerificationInput: {
            /** @enum {string} */
            outcome: "verified" | "external_id_not_enforced" | "not_assumable" | "inconclusive";
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            checkedAt: string;
            checks: {
                /** @enum {string} */
                probe: "correct" | "missing" | "wrong" | "case_changed" | "extended";
                /** @enum {string} */
                expected: "allowed" | "denied";
                /**
                 * @description unknown: AWS gave no answer, or the probe was not made.
                 * @enum {string}
                 */
                observed: "allowed" | "denied" | "unknown";
            }[];
            /** @description Whether the role also admits what the access profile marks sessions with; null: the profile does not. Denied, credentials of this profile are refused until the role is updated. */
            profileCheck?: {
                profile: string;
                sessionTags: ("allowed" | "denied" | "unknown") | null;
                sourceIdentity: ("allowed" | "denied" | "unknown") | null;
            };
            explanation: string;
            nextSteps: string[];
            retryAfterSeconds?: number;
        };
        ConnectionInput: {
            /** @description TypeID with the prefix connection. */
            id: string;
            /** @description TypeID with the prefix tenant. */
            tenantId: string;
            name: string | null;
            roleArn: string;
            accountId: string;
            partition: string;
            /** @description The access profile that the role was made from; sessions are held to it when no other is named. null: the installation's own permissions. */
            profile: string | null;
            /** @enum {string} */
            status: "pending" | "verified" | "insecure" | "unreachable" | "disabled";
            lastVerification: components["schemas"]["VerificationInput"] | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            updatedAt: string;
        };
        PolicyFindingInput: {
            /** @enum {string} */
            code: "syntax_error" | "repeated_key" | "policy_too_long" | "over_default_quota" | "not_a_trust_policy" | "malformed" | "version_invalid" | "version_old" | "unknown_element" | "resource_element" | "sid_invalid" | "unknown_operator" | "condition_key_invalid" | "not_principal" | "principal_invalid" | "action_invalid" | "external_id_not_demanded" | "if_exists" | "for_all_values" | "negated_operator" | "null_condition" | "case_ignored" | "wildcard" | "variable" | "opens_without_right_id" | "wildcard_principal" | "vendor_not_trusted" | "wrong_account" | "wrong_partition" | "other_principal" | "wrong_action" | "wrong_external_id" | "external_id_mistyped" | "operator_unsuited" | "principal_arn_mismatch" | "condition_not_met" | "deny_hits_us" | "not_admitted" | "tag_session_missing" | "source_identity_missing" | "retired_external_id" | "other_external_id" | "successor_missing" | "role_principal" | "other_accounts" | "not_action" | "broad_action" | "statement_left_out";
            /** @enum {string} */
            severity: "error" | "warning";
            /** @description What is wrong in this policy, in plain words. */
            message: string;
            /** @description Where, as Statement[1].Condition.StringLike["sts:ExternalId"]; empty for the whole document. */
            path: string;
            fix: string;
            /** @description From 1; only when the policy was sent as text. */
            line?: number;
            column?: number;
        };
        /** @description RFC 9457 problem details. */
        Problem: {
            /** @description URI of the kind of problem. */
            type: string;
            title: string;
            status: number;
            /** @description What is wrong here and what to do, in plain words. */
            detail: string;
            /** @enum {string} */
            code: "external_id_not_settable" | "validation_failed" | "unauthorized" | "forbidden" | "not_found" | "conflict" | "rotation_incomplete" | "connection_not_verified" | "tenant_not_active" | "profile_not_usable" | "role_not_assumable" | "role_not_allowed" | "idempotency_key_reused" | "rate_limited" | "internal_error" | "aws_throttled" | "aws_unavailable" | "identity_provider_unavailable" | "audit_unavailable" | "database_unavailable";
            requestId: string;
            errors?: {
                path: string;
                message: string;
            }[];
        };
        ApiKey: {
            /** @description TypeID with the prefix key. */
            id: string;
            name: string;
            /** @enum {string} */
            role: "admin" | "onboarding" | "worker" | "tenant" | "auditor";
            tenantId: string | null;
            /** @description Tenants that a worker is held to; null: any. */
            tenantIds: string[] | null;
            /** @description Profiles that a worker is held to; null: any. */
            profiles: string[] | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            createdAt: string;
            expiresAt: string | null;
            revokedAt: string | null;
        };
        CreatedApiKey: {
            /** @description TypeID with the prefix key. */
            id: string;
            name: string;
            /** @enum {string} */
            role: "admin" | "onboarding" | "worker" | "tenant" | "auditor";
            tenantId: string | null;
            /** @description Tenants that a worker is held to; null: any. */
            tenantIds: string[] | null;
            /** @description Profiles that a worker is held to; null: any. */
            profiles: string[] | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            createdAt: string;
            expiresAt: string | null;
            revokedAt: string | null;
            /** @description The key itself. It is shown this once and stored nowhere. */
            key: string;
        };
        AuditCheckpoint: {
            /** @constant */
            version: 1;
            /**
             * Format: date-time
             * @description Every event that was durable by then is in its chain. RFC 3339, UTC.
             */
            at: string;
            /** @description Where each chain ended, by name. */
            chains: {
                /** @description A tenant's ID, or `vendor`. */
                chain: string;
                /** @description Number of its last event. */
                sequence: number;
                /** @description Hash of its last event. */
                hash: string;
            }[];
            /** @description Ed25519 public key: SPKI in base64. */
            publicKey: string;
            /** @description Ed25519 over the canonical JSON (RFC 8785) of the other members, in base64. */
            signature: string;
        };
        AuditEvent: {
            /** @description TypeID with the prefix event. */
            id: string;
            /** @description null: it concerns the vendor, not one tenant. */
            tenantId: string | null;
            /** @description Its number in its chain; null until it is sealed. */
            sequence: number | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            at: string;
            actor: {
                /** @enum {string} */
                type: "api_key" | "connect_link" | "oidc" | "system";
                id: string | null;
                name: string;
            };
            /** @enum {string} */
            action: "tenant.created" | "tenant.updated" | "tenant.offboarded" | "external_id.issued" | "external_id.retired" | "rotation.started" | "rotation.completed" | "rotation.cancelled" | "connection.registered" | "connection.updated" | "connection.verified" | "connection.refused" | "connection.degraded" | "connection.deleted" | "credentials.issued" | "credentials.refused" | "profile.created" | "profile.updated" | "profile.deleted" | "api_key.created" | "api_key.revoked" | "tokens.revoked" | "tokens.restored" | "connect_link.created" | "connect_link.opened" | "connect_link.revoked";
            /** @enum {string} */
            outcome: "success" | "failure";
            detail: {
                [key: string]: unknown;
            };
            /** @description Hash of the event before it; 64 zeros for the first. null until it is sealed. */
            previousHash: string | null;
            /** @description SHA-256 over previous hash, number and body. null until sealed, for about a second. */
            hash: string | null;
        };
        ConnectLink: {
            /** @description TypeID with the prefix link. */
            id: string;
            /**
             * @description used: a role was connected through it, and it cannot be opened again.
             * @enum {string}
             */
            status: "unopened" | "opened" | "used" | "expired" | "revoked";
            /** @description The link from whose page this one was made for a colleague. */
            parentId: string | null;
            returnUrl: string | null;
            profile: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            expiresAt: string;
            openedAt: string | null;
            usedAt: string | null;
            revokedAt: string | null;
        };
        Verification: {
            /** @enum {string} */
            outcome: "verified" | "external_id_not_enforced" | "not_assumable" | "inconclusive";
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            checkedAt: string;
            checks: {
                /** @enum {string} */
                probe: "correct" | "missing" | "wrong" | "case_changed" | "extended";
                /** @enum {string} */
                expected: "allowed" | "denied";
                /**
                 * @description unknown: AWS gave no answer, or the probe was not made.
                 * @enum {string}
                 */
                observed: "allowed" | "denied" | "unknown";
            }[];
            /** @description Whether the role also admits what the access profile marks sessions with; null: the profile does not. Denied, credentials of this profile are refused until the role is updated. */
            profileCheck?: {
                profile: string;
                sessionTags: ("allowed" | "denied" | "unknown") | null;
                sourceIdentity: ("allowed" | "denied" | "unknown") | null;
            };
            explanation: string;
            nextSteps: string[];
            retryAfterSeconds?: number;
        };
        Connection: {
            /** @description TypeID with the prefix connection. */
            id: string;
            /** @description TypeID with the prefix tenant. */
            tenantId: string;
            name: string | null;
            roleArn: string;
            accountId: string;
            partition: string;
            /** @description The access profile that the role was made from; sessions are held to it when no other is named. null: the installation's own permissions. */
            profile: string | null;
            /** @enum {string} */
            status: "pending" | "verified" | "insecure" | "unreachable" | "disabled";
            lastVerification: components["schemas"]["Verification"] | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            updatedAt: string;
        };
        AccountOutcome: {
            /** @description As it was sent. */
            accountId: string;
            /** @enum {string} */
            outcome: "registered" | "already_registered" | "refused";
            /** @description Unless it was refused. */
            connection?: components["schemas"]["Connection"];
            /** @description Why it was refused. */
            error?: {
                /** @enum {string} */
                code: "external_id_not_settable" | "validation_failed" | "unauthorized" | "forbidden" | "not_found" | "conflict" | "rotation_incomplete" | "connection_not_verified" | "tenant_not_active" | "profile_not_usable" | "role_not_assumable" | "role_not_allowed" | "idempotency_key_reused" | "rate_limited" | "internal_error" | "aws_throttled" | "aws_unavailable" | "identity_provider_unavailable" | "audit_unavailable" | "database_unavailable";
                detail: string;
            };
        };
        Credentials: {
            accessKeyId: string;
            secretAccessKey: string;
            sessionToken: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            expiresAt: string;
            accountId: string;
            roleArn: string;
            /** @description What CloudTrail shows: IDs of tenant and worker, and a random end. */
            sessionName: string;
        };
        ContainerCredentials: {
            AccessKeyId: string;
            SecretAccessKey: string;
            Token: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            Expiration: string;
            AccountId: string;
        };
        ContainerProblem: {
            /** @description URI of the kind of problem. */
            type: string;
            title: string;
            status: number;
            /** @description What is wrong here and what to do, in plain words. */
            detail: string;
            /** @enum {string} */
            code: "external_id_not_settable" | "validation_failed" | "unauthorized" | "forbidden" | "not_found" | "conflict" | "rotation_incomplete" | "connection_not_verified" | "tenant_not_active" | "profile_not_usable" | "role_not_assumable" | "role_not_allowed" | "idempotency_key_reused" | "rate_limited" | "internal_error" | "aws_throttled" | "aws_unavailable" | "identity_provider_unavailable" | "audit_unavailable" | "database_unavailable";
            requestId: string;
            errors?: {
                path: string;
                message: string;
            }[];
            Code: string;
            Message: string;
        };
        ExternalId: {
            /**
             * Format: uuid
             * @description The external ID in force.
             */
            externalId: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            issuedAt: string;
            rotation: {
                /**
                 * Format: uuid
                 * @description The successor. Both IDs work until the rotation ends.
                 */
                externalId: string;
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC.
                 */
                startedAt: string;
                connections: {
                    /** @description Verified connections proven with the successor. */
                    moved: number;
                    /** @description All verified connections. */
                    total: number;
                };
            } | null;
            retired: {
                /** Format: uuid */
                externalId: string;
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC.
                 */
                issuedAt: string;
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC.
                 */
                retiredAt: string;
            }[];
        };
        PolicyFinding: {
            /** @enum {string} */
            code: "syntax_error" | "repeated_key" | "policy_too_long" | "over_default_quota" | "not_a_trust_policy" | "malformed" | "version_invalid" | "version_old" | "unknown_element" | "resource_element" | "sid_invalid" | "unknown_operator" | "condition_key_invalid" | "not_principal" | "principal_invalid" | "action_invalid" | "external_id_not_demanded" | "if_exists" | "for_all_values" | "negated_operator" | "null_condition" | "case_ignored" | "wildcard" | "variable" | "opens_without_right_id" | "wildcard_principal" | "vendor_not_trusted" | "wrong_account" | "wrong_partition" | "other_principal" | "wrong_action" | "wrong_external_id" | "external_id_mistyped" | "operator_unsuited" | "principal_arn_mismatch" | "condition_not_met" | "deny_hits_us" | "not_admitted" | "tag_session_missing" | "source_identity_missing" | "retired_external_id" | "other_external_id" | "successor_missing" | "role_principal" | "other_accounts" | "not_action" | "broad_action" | "statement_left_out";
            /** @enum {string} */
            severity: "error" | "warning";
            /** @description What is wrong in this policy, in plain words. */
            message: string;
            /** @description Where, as Statement[1].Condition.StringLike["sts:ExternalId"]; empty for the whole document. */
            path: string;
            fix: string;
            /** @description From 1; only when the policy was sent as text. */
            line?: number;
            column?: number;
        };
        TrustPolicyCheck: {
            /**
             * @description What a verification would find: safe: verified; unsafe: a wrong external ID is let in; not_assumable: the right one is not. invalid: IAM would refuse the policy, and no probe was asked. Findings of severity error may go beyond a verdict of safe.
             * @enum {string}
             */
            verdict: "safe" | "unsafe" | "not_assumable" | "invalid";
            checks: {
                /** @enum {string} */
                probe: "correct" | "missing" | "wrong" | "case_changed" | "extended";
                /** @enum {string} */
                expected: "allowed" | "denied";
                /**
                 * @description unknown: AWS gave no answer, or the probe was not made.
                 * @enum {string}
                 */
                observed: "allowed" | "denied" | "unknown";
            }[];
            /** @description Errors first, 50 at the most. */
            findings: components["schemas"]["PolicyFinding"][];
            /** @description A policy that passes this check. What is not about us is as it was; a policy without fault is returned unchanged. */
            suggestedPolicy: {
                [key: string]: unknown;
            };
        };
        AccessProfile: {
            /** @description TypeID with the prefix profile. */
            id: string;
            name: string;
            /** @description What it is for, in the vendor's plain words; customers read it. */
            description: string | null;
            /** @description The role's name in the setup kit; null: the installation's. */
            roleName: string | null;
            /** @description Where this profile's CloudFormation template lies in S3; null: no launch-stack link. */
            templateUrl: string | null;
            /** @description Managed policies of the customer's role; 10 at most. */
            managedPolicyArns: string[];
            /** @description Inline policy of the customer's role; 10,240 characters without white space at most. */
            inlinePolicy: {
                [key: string]: unknown;
            } | null;
            /** @description Session policy of workers: a session may do what both it and the role allow. 2,048 characters at most, the ARNs' included. */
            sessionPolicy: {
                [key: string]: unknown;
            } | null;
            /** @description Managed session policies; 10 at most. */
            sessionPolicyArns: string[];
            /** @description The longest session that a worker gets, in seconds. */
            maxDurationSeconds: number;
            /** @description Sessions carry the tags countersign:tenant and countersign:worker; the role's trust policy must allow sts:TagSession. */
            sessionTags: boolean;
            /** @description Sessions carry the worker as source identity; the role's trust policy must allow sts:SetSourceIdentity. */
            sourceIdentity: boolean;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            updatedAt: string;
        };
        SetupKit: {
            /** @description TypeID with the prefix tenant. */
            tenantId: string;
            /**
             * Format: uuid
             * @description What the role must demand. Issued; it cannot be chosen.
             */
            externalId: string;
            vendor: {
                accountId: string;
                partition: string;
                brokerRoleArn: string | null;
            };
            /** @description Ready for the role. It lists both external IDs while a rotation runs. */
            trustPolicy: {
                [key: string]: unknown;
            };
            role: {
                name: string;
                maxSessionDurationSeconds: number;
            };
            /** @description The access profile; null: the installation's own permissions. */
            profile: {
                name: string;
                description: string | null;
            } | null;
            permissions: {
                managedPolicyArns: string[];
                inlinePolicy: {
                    [key: string]: unknown;
                } | null;
                /** @description What the policies let the vendor do, in plain sentences. */
                summary: string[];
            };
            launchStackUrl: string | null;
            artifacts: {
                /** @enum {string} */
                name: "trust-policy.json" | "cloudformation.yaml" | "terraform.tf" | "aws-cli.sh" | "stackset.yaml" | "terraform-organization.tf";
                mediaType: string;
                url: string;
            }[];
        };
        Tenant: {
            /** @description TypeID with the prefix tenant. */
            id: string;
            name: string;
            reference: string | null;
            metadata: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            status: "active" | "suspended" | "offboarded";
            /**
             * Format: uuid
             * @description Issued by Countersign; cannot be set or changed.
             */
            externalId: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            updatedAt: string;
        };
        TokenRevocation: {
            /** @description TypeID with the prefix revocation. */
            id: string;
            /** @description The name of the worker identity. */
            identity: string;
            /** @description null: of every subject. */
            subject: string | null;
            /** @description Those alone that were issued before this; null: all, later ones too. */
            issuedBefore: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            createdAt: string;
        };
        VerificationRun: {
            /** @description TypeID with the prefix run. */
            id: string;
            /** @description TypeID with the prefix tenant. */
            tenantId: string;
            /** @enum {string} */
            status: "running" | "finished";
            /** @description Connections to verify. */
            total: number;
            /** @description Those with an outcome. */
            done: number;
            /** @description Those whose role demands the external ID. */
            verified: number;
            /** @description 0, or the seconds until it goes on: the tenant's limit is used up, or AWS is busy. */
            waitingSeconds: number;
            connections: {
                /** @description TypeID with the prefix connection. */
                connectionId: string;
                accountId: string;
                /** @description null: its turn has not come. skipped: it was deleted or disabled meanwhile, or its tenant suspended. The explanation stands with the connection. */
                outcome: ("verified" | "external_id_not_enforced" | "not_assumable" | "inconclusive" | "skipped") | null;
            }[];
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            createdAt: string;
            finishedAt: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
