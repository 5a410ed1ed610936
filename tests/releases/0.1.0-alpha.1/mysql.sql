/*M!999999\- enable the sandbox mode */ 
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `auth_accounts` (
  `id` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `account_id` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `provider_id` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `user_id` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `access_token` mediumtext DEFAULT NULL,
  `refresh_token` mediumtext DEFAULT NULL,
  `id_token` mediumtext DEFAULT NULL,
  `access_token_expires_at` datetime(3) DEFAULT NULL,
  `refresh_token_expires_at` datetime(3) DEFAULT NULL,
  `scope` text DEFAULT NULL,
  `password` text DEFAULT NULL,
  `created_at` datetime(3) NOT NULL,
  `updated_at` datetime(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `auth_accounts_provider_id_account_id_key` (`provider_id`,`account_id`),
  KEY `auth_accounts_user_id_provider_id_idx` (`user_id`,`provider_id`),
  CONSTRAINT `auth_accounts_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `auth_users` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `auth_accounts` VALUES ('6voDYfeGOgzoKLQExsRAsSZJkiQC5Afl','zx5qoWkdpCiD8VOuxVJzKqLrBvVahNWX','credential','zx5qoWkdpCiD8VOuxVJzKqLrBvVahNWX',NULL,NULL,NULL,NULL,NULL,NULL,'cfed0a8f9399f808a432f72bb0002986:b30949c705a9e9e10093ce736379ec08129f90c260f2762f413d81cbe5d6dc70700c3195ccf6796a0289866336c48e402e6dd3268fedb1674e768010b1616f4c','2026-11-24 12:00:00.345','2026-11-24 12:00:00.345');
INSERT INTO `auth_accounts` VALUES ('fLLpKsM296gmmuSKZKmh5q34FaDLhNsL','42','github','6SNOcG7XEvynKBVTwlCAAelj9WCWP8ii','an access token',NULL,NULL,'2126-01-01 00:00:00.000',NULL,NULL,NULL,'2026-11-24 12:00:00.345','2026-11-24 12:00:00.345');
INSERT INTO `auth_accounts` VALUES ('hhW3Z8Go1z1MdSvMcMFtzaPF54I7QBQ7','6SNOcG7XEvynKBVTwlCAAelj9WCWP8ii','credential','6SNOcG7XEvynKBVTwlCAAelj9WCWP8ii',NULL,NULL,NULL,NULL,NULL,NULL,'$argon2id$v=19$m=64,t=1,p=1$9yV4kNUeyVztQ79xzerz7Q$ivy/0E9IA8vse9ON+Bzrd/j9+8OSHdqJ4sEra0Vmx4o','2026-11-24 12:00:00.345','2026-11-24 12:00:00.345');
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `auth_migration_lease` (
  `id` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `holder` varchar(255) NOT NULL,
  `expires_at` bigint(20) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `auth_migration_lease` VALUES ('auth','',0);
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `auth_migrations` (
  `version` varchar(255) NOT NULL,
  `applied_at` bigint(20) NOT NULL,
  PRIMARY KEY (`version`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `auth_migrations` VALUES ('auth_m20261124_000001_create_users',1795663076);
INSERT INTO `auth_migrations` VALUES ('auth_m20261124_000002_create_sessions',1795663076);
INSERT INTO `auth_migrations` VALUES ('auth_m20261124_000003_create_accounts',1795663076);
INSERT INTO `auth_migrations` VALUES ('auth_m20261124_000004_create_verifications',1795663076);
INSERT INTO `auth_migrations` VALUES ('auth_m20261124_000005_create_rate_limits',1795663076);
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `auth_rate_limits` (
  `id` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `key` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `count` int(11) NOT NULL,
  `last_request` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `auth_rate_limits_key_key` (`key`),
  KEY `auth_rate_limits_last_request_idx` (`last_request`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
/*!40101 SET character_set_client = @saved_cs_client */;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `auth_sessions` (
  `id` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `expires_at` datetime(3) NOT NULL,
  `token` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `created_at` datetime(3) NOT NULL,
  `updated_at` datetime(3) NOT NULL,
  `ip_address` text DEFAULT NULL,
  `user_agent` text DEFAULT NULL,
  `user_id` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `auth_sessions_token_key` (`token`),
  KEY `auth_sessions_user_id_expires_at_idx` (`user_id`,`expires_at`),
  KEY `auth_sessions_expires_at_idx` (`expires_at`),
  CONSTRAINT `auth_sessions_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `auth_users` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `auth_sessions` VALUES ('Nyo8chU6h408QmnpZBHZ94IIZoCpVdI0','2026-12-01 12:00:00.345','nqDQxpCiFeNkaDkGn7nwu3fR5hk1nYhz','2026-11-24 12:00:00.345','2026-11-24 12:00:00.345','127.0.0.1','test/1','6SNOcG7XEvynKBVTwlCAAelj9WCWP8ii');
INSERT INTO `auth_sessions` VALUES ('psGmnPD58KpHAgNnsgh87YuQB8KEzvPG','2026-12-01 12:00:00.345','arSTHmclSfPVvC1pw7hkC87WjitfqDDT','2026-11-24 12:00:00.345','2026-11-24 12:00:00.345','127.0.0.1','test/1','zx5qoWkdpCiD8VOuxVJzKqLrBvVahNWX');
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `auth_users` (
  `id` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `name` varchar(255) NOT NULL,
  `email` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `email_verified` tinyint(1) NOT NULL,
  `image` text DEFAULT NULL,
  `created_at` datetime(3) NOT NULL,
  `updated_at` datetime(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `auth_users_email_key` (`email`),
  KEY `auth_users_created_at_id_idx` (`created_at`,`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `auth_users` VALUES ('6SNOcG7XEvynKBVTwlCAAelj9WCWP8ii','Ada','ada@example.com',0,NULL,'2026-11-24 12:00:00.345','2026-11-24 12:00:00.345');
INSERT INTO `auth_users` VALUES ('zx5qoWkdpCiD8VOuxVJzKqLrBvVahNWX','Ada','grace@example.com',0,NULL,'2026-11-24 12:00:00.345','2026-11-24 12:00:00.345');
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `auth_verifications` (
  `id` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `identifier` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `value` mediumtext NOT NULL,
  `expires_at` datetime(3) NOT NULL,
  `created_at` datetime(3) NOT NULL,
  `updated_at` datetime(3) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `auth_verifications_identifier_created_at_idx` (`identifier`,`created_at`),
  KEY `auth_verifications_expires_at_idx` (`expires_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `auth_verifications` VALUES ('wfKrawnE71qbQQ2gzyH0H6kPmTlqiNyw','kept','a value','2126-10-31 12:00:00.345','2026-11-24 12:00:00.345','2026-11-24 12:00:00.345');
